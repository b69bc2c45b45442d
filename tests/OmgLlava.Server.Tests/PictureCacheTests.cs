using OmgLlava.Imaging;
using OmgLlava.Serving;

namespace OmgLlava.Tests.Server;

/// <summary>Pictures are looked at once, kept within bounds, and never dropped while they are on loan.</summary>
public class PictureCacheTests(SharedServer shared)
{
    [Fact]
    public async Task Many_who_ask_at_once_look_once()
    {
        using var service = new OmgLlavaService(shared.Model);
        byte[] file = Picture(1);
        Picture[] loans = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => service.AddAsync(file)));
        Assert.Single(loans.Select(loan => loan.Perceived).Distinct());
        Assert.Equal(loans[0].Perceived.ByteCount, service.PerceptionBytes);
        Array.ForEach(loans, loan => loan.Dispose());
    }

    [Fact]
    public async Task Memory_is_bounded_and_the_longest_unused_goes_first()
    {
        using var probe = new OmgLlavaService(shared.Model);
        long one = (await probe.AddAsync(Picture(0))).Perceived.ByteCount;
        using var service = new OmgLlavaService(shared.Model, new ServingOptions { PerceptionBytes = (2 * one) + 10_000 });
        string[] ids = new string[4];
        for (int i = 0; i < 4; i++)
        {
            using Picture loan = await service.AddAsync(Picture(i));
            ids[i] = loan.Id;
        }

        Assert.InRange(service.PerceptionBytes, one + 1, (2 * one) + 10_000); // how many tokens a picture has differs a little
        using Picture kept = await service.OpenAsync(ids[3]);
        using Picture dropped = await service.OpenAsync(ids[0]); // looked at again, from its file
        Assert.Equal((true, false), (kept.WasCached, dropped.WasCached));
    }

    [Fact]
    public async Task What_is_on_loan_stays()
    {
        using var service = new OmgLlavaService(shared.Model, new ServingOptions { PerceptionBytes = 0, PictureBytes = 0 });
        using Picture held = await service.AddAsync(Picture(0));
        (await service.AddAsync(Picture(1))).Dispose();
        Assert.Equal(held.Perceived.ByteCount, service.PerceptionBytes);
        Assert.NotEmpty(await service.SegmentAsync(held, [VisualPrompt.Point(3, 3)]));
        Assert.True(service.Forget(held.Id));
        Assert.NotEmpty(await service.SegmentAsync(held, [VisualPrompt.Point(3, 3)]));
        held.Dispose();
        Assert.Equal(0, service.PerceptionBytes);
        await Assert.ThrowsAsync<UnknownPictureException>(() => service.OpenAsync(held.Id));
    }

    [Fact]
    public async Task Conversations_are_bounded_too()
    {
        using var service = new OmgLlavaService(shared.Model, new ServingOptions { ChatBytes = 1 });
        using Picture picture = await service.AddAsync(Picture(0));
        await foreach (ReplyUpdate _ in service.StreamAsync(picture, [], "What is it?", options: new() { MaxNewTokens = 4 })) { }

        Assert.Equal(0, service.ChatBytes);
    }

    [Fact]
    public async Task A_conversation_is_kept_once_however_often_it_is_had()
    {
        using var service = new OmgLlavaService(shared.Model);
        using Picture picture = await service.AddAsync(Picture(0));
        long one = 0;
        for (int i = 0; i < 5; i++)
        {
            await foreach (ReplyUpdate _ in service.StreamAsync(picture, [], "What is it?", options: new() { MaxNewTokens = 4 }))
            { }

            one = one == 0 ? service.ChatBytes : one;
        }

        Assert.True(one > 0);
        Assert.Equal(one, service.ChatBytes);
    }

    [Fact]
    public async Task Looking_stops_when_nobody_waits()
    {
        using var service = new OmgLlavaService(shared.Model);
        using var gate = new ManualResetEventSlim();
        Task busy = service
            .Scheduler.StartJob()
            .RunAsync(() =>
            {
                gate.Wait();
                return 0;
            });
        using var stop = new CancellationTokenSource();
        Task<Picture> waiting = service.AddAsync(Picture(5), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Set();
        await busy;
        Assert.Equal(0, service.PerceptionBytes);
        using Picture again = await service.AddAsync(Picture(5));
        Assert.False(again.WasCached);
    }

    private static byte[] Picture(int seed)
    {
        byte[] pixels = new byte[64 * 48 * 3];
        new Random(seed).NextBytes(pixels);
        return ImageFile.EncodePng(new RgbImage(64, 48, pixels));
    }
}
