using OmgLlava.Torch.Layers;
using OmgLlava.Torch.Runtime;
using TorchSharp;

namespace OmgLlava.Tests.Runtime;

public class TorchRuntimeTests
{
    [Fact]
    public void Tensors_compute_after_start()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor product = torch.ones(3, 4).matmul(ScalarArithmetic.Full([4, 2], 0.5, torch.float32, null));
        Assert.Equal(2f, product[0, 0].item<float>());
    }

    [Fact]
    public void Unknown_device_is_named()
    {
        var error = Assert.Throws<OmgLlavaException>(() => TorchRuntime.Device("tpu"));
        Assert.Contains("'tpu'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_gpu_is_said_with_its_remedy()
    {
        if (torch.cuda_is_available())
        {
            Assert.Equal(DeviceType.CUDA, TorchRuntime.Device("cuda").type);
            return;
        }

        var error = Assert.Throws<OmgLlavaException>(() => TorchRuntime.Device("cuda"));
        Assert.Contains(TorchRuntime.LibTorchVariable, error.Message, StringComparison.Ordinal);
    }
}
