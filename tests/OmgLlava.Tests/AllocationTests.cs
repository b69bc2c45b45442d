using OmgLlava.Imaging;
using OmgLlava.Perception;
using OmgLlava.Tests.Perception;

namespace OmgLlava.Tests;

/// <summary>Counts what the whole process allocates, on any thread, so nothing may run beside these tests.</summary>
[Collection(nameof(MemoryTests))]
public class AllocationTests(TinyModel tiny)
{
    /// <summary>A text of millions of characters took minutes and gigabytes before it was refused.</summary>
    [Theory, InlineData(3_000_000), InlineData(100_000)]
    public async Task A_text_that_no_context_holds_is_refused_at_once(int length)
    {
        using ImageChat chat = tiny.Model.StartChat(TinyModel.Picture);
        string text = string.Concat(Enumerable.Repeat("word ", length / 5));
        long before = GC.GetTotalAllocatedBytes();
        var asked = await Assert.ThrowsAsync<OmgLlavaException>(() => chat.AskAsync(text));
        var told = await Assert.ThrowsAsync<OmgLlavaException>(() =>
            chat.AddTurnAsync(new ChatTurn("What?", [], Reply.Of(text, [])))
        );
        Assert.Equal(("context_length_exceeded", "context_length_exceeded"), (asked.Code, told.Code));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 500_000_000);
    }

    [Fact]
    public void A_large_picture_takes_the_memory_of_its_outlines_and_stops_when_asked_to()
    {
        var geometry = new ImageGeometry(9000, 7000, 256);
        QueryMask[] masks = PixelOwnersTests.Masks(64, 8);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var owners = new PixelOwners(masks, new MaskEnlarger(64, 64, geometry), dropUncertain: true, CancellationToken.None);
        var largest = new Mask(owners.Runs(Enumerable.Range(0, 8).MaxBy(owners.Claimed)));
        Assert.True(largest.Area > 1_000_000);
        Assert.True(largest.ToRle().Area == largest.Area);
        long taken = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(taken < 200_000_000, $"{taken >> 20} MB for 8 masks of 63 megapixels");
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new PixelOwners(masks, new MaskEnlarger(64, 64, geometry), true, stop.Token)
        );
    }
}
