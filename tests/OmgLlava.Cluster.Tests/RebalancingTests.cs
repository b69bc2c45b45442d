using System.Net;
using OmgLlava.Cluster.Placement;

namespace OmgLlava.Cluster.Tests;

/// <summary>Which pictures move to emptier servers: servers that are only named, no model and no network.</summary>
public class RebalancingTests
{
    private const int Before = 16;
    private const int Each = 200;
    private const int Seconds = 25;

    private static readonly SiloAddress[] Silos =
    [
        .. Enumerable.Range(1, Before + 1)
            .Select(i => SiloAddress.New(new IPEndPoint(new IPAddress([10, 0, 0, (byte)i]), 11111), 1)),
    ];

    private static readonly SiloAddress Joined = Silos[Before];

    [Fact]
    public void A_server_that_joins_has_its_share_within_ten_percent_and_nothing_else_moves()
    {
        Dictionary<GrainId, SiloAddress> places = Place();
        for (int second = 0; second < Seconds; second++)
        {
            // All decide at the same time, on what was true a moment before.
            SiloLoad[] loads = Loads(places);
            foreach (SiloAddress own in Silos)
            {
                foreach ((GrainId picture, SiloAddress to) in Rebalancing.Choose(own, loads, Of(places, own)))
                {
                    Assert.Equal(Joined, to);
                    Assert.Equal(own, places[picture]);
                    places[picture] = to;
                }
            }
        }

        double mean = (double)places.Count / Silos.Length;
        Assert.All(Loads(places), load => Assert.InRange(load.Pictures, 0.9 * mean, 1.1 * mean));
        Assert.All(Silos, own => Assert.Empty(Rebalancing.Choose(own, Loads(places), Of(places, own))));
    }

    [Fact]
    public void Only_a_few_go_at_a_time()
    {
        Dictionary<GrainId, SiloAddress> places = Place();
        SiloLoad[] loads = Loads(places);
        Assert.All(Silos, own => Assert.InRange(Rebalancing.Choose(own, loads, Of(places, own)).Count, 0, 4));
        Assert.InRange(Silos.Sum(own => Rebalancing.Choose(own, loads, Of(places, own)).Count), Before, 4 * Before);
    }

    [Fact]
    public void Nothing_moves_where_it_would_not_help()
    {
        Dictionary<GrainId, SiloAddress> places = Place();
        Nowhere(load => load with { Leaving = true });
        Nowhere(load => load with { FreeMemory = 0.01 });
        Nowhere(load => load with { Pictures = Each - 10 }); // nearly its share
        Nowhere(load => load with { Inside = Each }); // few pictures, but much asked about
        SiloAddress leaving = Silos[0];
        SiloLoad[] loads = [.. Loads(places).Select(load => load.Silo.Equals(leaving) ? load with { Leaving = true } : load)];
        Assert.Empty(Rebalancing.Choose(leaving, loads, Of(places, leaving)));
        Assert.Empty(Rebalancing.Choose(Silos[0], [], Of(places, Silos[0]))); // nobody has said anything yet

        void Nowhere(Func<SiloLoad, SiloLoad> change)
        {
            SiloLoad[] loads = [.. Loads(places).Select(load => load.Silo.Equals(Joined) ? change(load) : load)];
            Assert.All(Silos, own => Assert.Empty(Rebalancing.Choose(own, loads, Of(places, own))));
        }
    }

    [Fact]
    public void What_is_asked_about_is_never_among_those_that_may_move()
    {
        var time = new SteppedTime();
        using var pictures = new LocalPictures(time);
        GrainId[] all = [.. Enumerable.Range(0, 4).Select(Picture)];
        foreach (GrainId picture in all)
        {
            pictures.Add(picture);
            time.Step(TimeSpan.FromSeconds(1));
        }

        pictures.Ask(all[0]);
        pictures.Ask(all[1]);
        time.Step(TimeSpan.FromSeconds(60));
        pictures.Rest(all[1]);
        time.Step(TimeSpan.FromSeconds(10));
        Assert.Equal([all[2], all[3]], pictures.Unused(TimeSpan.FromSeconds(60)));
        Assert.Equal([all[2], all[3], all[1]], pictures.Unused(TimeSpan.FromSeconds(10)));
        pictures.Go(all[3]);
        Assert.True(pictures.AnyGoing);
        Assert.Equal([all[2], all[1]], pictures.Unused(TimeSpan.FromSeconds(10)));
        time.Step(TimeSpan.FromSeconds(10)); // it has stayed after all
        Assert.False(pictures.AnyGoing);
        Assert.Equal([all[2], all[1], all[3]], pictures.Unused(TimeSpan.FromSeconds(10)));
        pictures.Remove(all[2]);
        pictures.Rest(all[2]); // what was said of it after it had gone brings it not back
        Assert.Equal(3, pictures.Count);
    }

    /// <summary>Pictures on all servers but the last, as they are placed.</summary>
    private static Dictionary<GrainId, SiloAddress> Place()
    {
        Dictionary<GrainId, SiloAddress> places = [];
        var board = new LoadBoard();
        board.Update(Silos[..Before].Select(silo => new SiloLoad { Silo = silo }));
        for (int i = 0; i < Before * Each; i++)
        {
            GrainId picture = Picture(i);
            board.Place(places[picture] = PlacementChoice.Choose(picture.GetUniformHashCode(), Silos[..Before], board.Of));
        }

        return places;
    }

    private static GrainId Picture(int number) => GrainId.Create("picture", $"img-{number:x32}");

    private static SiloLoad[] Loads(Dictionary<GrainId, SiloAddress> places) =>
        [.. Silos.Select(silo => new SiloLoad { Silo = silo, Pictures = Of(places, silo).Length })];

    private static GrainId[] Of(Dictionary<GrainId, SiloAddress> places, SiloAddress silo) =>
        [.. places.Where(place => place.Value.Equals(silo)).Select(place => place.Key)];

    private sealed class SteppedTime : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Step(TimeSpan time) => _now += time.Ticks;

        public override long GetTimestamp() => _now;
    }
}
