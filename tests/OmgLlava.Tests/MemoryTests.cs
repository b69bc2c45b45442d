using System.Diagnostics;
using OmgLlava.Imaging;
using OmgLlava.Language;
using static TorchSharp.torch;

namespace OmgLlava.Tests;

/// <summary>Counts live tensors, so nothing may run beside these tests.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public class MemoryTests(TinyModel tiny)
{
    private static readonly GenerationOptions Short = new() { MaxNewTokens = 16 };

    [Fact]
    public async Task A_hundred_questions_leave_tensors_and_memory_flat()
    {
        OmgLlavaModel model = tiny.Model;
        RgbImage picture = TinyModel.Picture;
        for (int i = 0; i < 20; i++)
        {
            await Ask();
        }

        (long tensors, long memory) = Measure();
        for (int i = 0; i < 100; i++)
        {
            await Ask();
        }

        (long tensorsAfter, long memoryAfter) = Measure();
        Assert.Equal(tensors, tensorsAfter);
        Assert.True(
            memoryAfter - memory < 30_000_000,
            $"resident memory grew by {(memoryAfter - memory) / 1e6:F1} MB in a hundred questions"
        );

        async Task Ask()
        {
            using ImageChat chat = model.StartChat(picture);
            await chat.AskAsync(TinyModel.MaskQuestion, [VisualPrompt.Point(20, 20), VisualPrompt.Box(10, 10, 90, 60)], Short);
        }
    }

    [Fact]
    public void Every_public_call_leaves_no_tensor_behind()
    {
        OmgLlavaModel model = tiny.Model;
        RgbImage picture = TinyModel.Picture;
        VisualPrompt[] prompts = [VisualPrompt.Point(20, 20), VisualPrompt.Box(10, 10, 90, 60)];
        var calls = new Dictionary<string, Action<PerceivedImage>>
        {
            ["perceive"] = _ => model.Perceive(picture).Dispose(),
            ["perceive two"] = _ => model.Perceive([picture, picture]).ToList().ForEach(image => image.Dispose()),
            ["panoptic"] = image => model.Panoptic(image),
            ["instances"] = image => model.Instances(image),
            ["semantic"] = image => model.Semantic(image),
            ["interactive"] = image => model.Interactive(image, prompts),
            ["chat"] = image => model.StartChat(image).Dispose(),
            ["batch"] = _ =>
                model.AskBatch(
                    [new ImageQuestion(picture, TinyModel.MaskQuestion), new ImageQuestion(picture, "What is it?", prompts)],
                    Short
                ),
            ["refused prompt"] = image =>
                Assert.Throws<OmgLlavaException>(() => model.Interactive(image, [VisualPrompt.Point(999, 0)])),
        };
        using PerceivedImage seen = model.Perceive(picture);
        foreach ((string name, Action<PerceivedImage> call) in calls)
        {
            call(seen);
            long before = Measure().Tensors;
            call(seen);
            long left = Measure().Tensors - before;
            Assert.True(left == 0, $"'{name}' leaves {left} tensors behind");
        }
    }

    /// <summary>By memory alone: TorchSharp counts a parameter twice when it is made and once when it is disposed.</summary>
    [Fact]
    public void Loading_and_disposing_a_model_gives_its_memory_back()
    {
        for (int i = 0; i < 5; i++)
        {
            OmgLlavaModel.Load(tiny.Directory).Dispose();
        }

        long before = Measure().Memory;
        for (int i = 0; i < 30; i++)
        {
            OmgLlavaModel.Load(tiny.Directory).Dispose();
        }

        long grown = Measure().Memory - before; // the weights are 5 MB
        Assert.True(grown < 40_000_000, $"resident memory grew by {grown / 1e6:F1} MB in thirty loads");
    }

    private static (long Tensors, long Memory) Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (Tensor.TotalCount, process.WorkingSet64);
    }
}
