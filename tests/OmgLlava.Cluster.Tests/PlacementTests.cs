using System.Net;
using OmgLlava.Cluster.Placement;

namespace OmgLlava.Cluster.Tests;

/// <summary>Where pictures go: 64 servers that are only named, no model and no network.</summary>
public class PlacementTests
{
    private const int Servers = 64;

    private static readonly SiloAddress[] Silos =
    [
        .. Enumerable.Range(1, Servers)
            .Select(i => SiloAddress.New(new IPEndPoint(new IPAddress([10, 0, 0, (byte)i]), 11111), 1)),
    ];

    [Fact]
    public void Pictures_are_spread_evenly_though_every_server_places_on_loads_that_are_old()
    {
        int[] held = new int[Servers];
        // Each server places 40 pictures, all at the same time, on what was said a moment before; then the loads are said again.
        LoadBoard[] boards = [.. Silos.Select(_ => new LoadBoard())];
        var chance = new Random(1);
        const int Rounds = 25;
        const int Each = 40;
        for (int round = 0; round < Rounds; round++)
        {
            SiloLoad[] loads = [.. Silos.Select((silo, i) => Load(silo) with { Pictures = held[i] })];
            foreach (LoadBoard board in boards)
            {
                board.Update(loads);
                for (int i = 0; i < Each; i++)
                {
                    SiloAddress chosen = PlacementChoice.Choose((uint)chance.Next(), Silos, board.Of);
                    board.Place(chosen);
                    held[Array.IndexOf(Silos, chosen)]++;
                }
            }
        }

        double mean = (double)Rounds * Each; // of a server
        Assert.All(held, count => Assert.InRange(count, 0.9 * mean, 1.1 * mean));
    }

    [Fact]
    public void A_server_that_is_lost_moves_its_own_pictures_only()
    {
        // The directory keeps what is placed; only what lived on the lost server is placed again.
        var board = new LoadBoard();
        board.Update(Silos.Select(Load));
        var chance = new Random(2);
        Dictionary<uint, SiloAddress> places = [];
        for (int i = 0; i < 6400; i++)
        {
            uint key = (uint)chance.Next();
            board.Place(places[key] = PlacementChoice.Choose(key, Silos, board.Of));
        }

        SiloAddress lost = Silos[17];
        SiloAddress[] left = [.. Silos.Where(silo => !silo.Equals(lost))];
        uint[] moved = [.. places.Where(place => place.Value.Equals(lost)).Select(place => place.Key)];
        Assert.InRange(moved.Length, 80, 120);
        foreach (uint key in moved)
        {
            SiloAddress chosen = PlacementChoice.Choose(key, left, board.Of);
            board.Place(places[key] = chosen);
        }

        int[] counts = [.. left.Select(silo => places.Values.Count(place => place.Equals(silo)))];
        Assert.All(counts, count => Assert.InRange(count, 0.9 * 6400 / 63, 1.1 * 6400 / 63));
    }

    [Fact]
    public void Nothing_goes_to_servers_that_leave_or_are_full_while_there_are_others()
    {
        SiloLoad[] loads =
        [
            Load(Silos[0]) with { Leaving = true }, Load(Silos[1]) with { FreeMemory = 0.01 }, Load(
                Silos[2]) with { Pictures = 1000 },
        ];
        SiloAddress[] silos = [.. Silos.Take(4)]; // the fourth has not said anything: its model may still be loading
        for (uint key = 0; key < 100; key++)
        {
            Assert.Equal(Silos[2], Choose(key, silos));
            Assert.Equal(Silos[1], Choose(key, [Silos[0], Silos[1]]));
            Assert.Equal(Silos[0], Choose(key, [Silos[0]]));
        }

        SiloAddress Choose(uint key, SiloAddress[] among) =>
            PlacementChoice.Choose(key, among, silo => Array.Find(loads, load => load.Silo.Equals(silo)));
    }

    [Fact]
    public void Of_two_the_one_with_less_to_do_gets_it()
    {
        SiloLoad[] loads = [Load(Silos[0]) with { Inside = 3 }, Load(Silos[1]) with { Pictures = 59 }];
        Assert.Equal(
            Silos[1], PlacementChoice.Choose(7, [Silos[0], Silos[1]], silo => Array.Find(loads, load => load.Silo.Equals(silo))));
    }

    private static SiloLoad Load(SiloAddress silo) => new() { Silo = silo };
}
