using System.Buffers.Binary;
using System.Net;

namespace OmgLlava.Tests.Server;

/// <summary>
/// Small files of very large pictures: many at once must not take the machine's memory. Slow:
/// <c>dotnet run --project tests/OmgLlava.Server.Tests -c Release -- -explicit only -class '*LargePictureTests*'</c>
/// </summary>
public class LargePictureTests(SharedServer shared)
{
    private const long Gigabyte = 1_000_000_000;

    [Fact(Explicit = true), Trait("Category", "Slow")]
    public async Task Twenty_six_pictures_of_48_megapixels_at_once_leave_the_server_under_a_gigabyte()
    {
        await using RunningServer server = await RunningServer.StartAsync(shared.Model);
        long most = 0;
        using var end = new CancellationTokenSource();
        Task watching = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                most = Math.Max(most, Environment.WorkingSet);
                await Task.Delay(20);
            }
        });
        HttpStatusCode[] answers = await Task.WhenAll(
            Enumerable
                .Range(0, 26)
                .Select(async index =>
                {
                    using HttpResponseMessage response = await server.Client.PostAsync(
                        "/v1/images",
                        RunningServer.Bytes(Gif(16_000, 3_000, (byte)index), "image/gif")
                    );
                    return response.StatusCode;
                })
        );
        await end.CancelAsync();
        await watching;
        TestContext.Current.TestOutputHelper?.WriteLine($"at most {most >> 20} MB, {Environment.WorkingSet >> 20} MB afterwards");
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer));
        Assert.True(Environment.WorkingSet < Gigabyte, $"{Environment.WorkingSet >> 20} MB");
    }

    /// <summary>A GIF of a few bytes: a large screen with one drawn pixel.</summary>
    private static byte[] Gif(ushort width, ushort height, byte color)
    {
        byte[] size = new byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(size, width);
        BinaryPrimitives.WriteUInt16LittleEndian(size.AsSpan(2), height);
        return
        [
            .. "GIF89a"u8,
            .. size,
            0x80,
            0,
            0,
            color,
            color,
            color,
            255,
            255,
            255, // two colours
            0x2C,
            0,
            0,
            0,
            0,
            1,
            0,
            1,
            0,
            0,
            2,
            2,
            0x44,
            0x01,
            0, // one pixel
            0x3B,
        ];
    }
}
