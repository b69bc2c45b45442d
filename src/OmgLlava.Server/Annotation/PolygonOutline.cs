using OmgLlava.Imaging;

namespace OmgLlava.Server.Annotation;

/// <summary>Outlines for people to edit: the outer rings of a mask, with as few points as the wanted fineness allows.</summary>
internal static class PolygonOutline
{
    private const double SmallShare = 0.02; // specks of less than this share of the mask are nobody's wish

    /// <summary>The outer rings of a mask, the largest first.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="fineness">How far a point may be from the line that replaces it, as a share of the ring's length; 0 keeps
    /// every corner.</param>
    /// <returns>Each a list of corners in pixels, not closed.</returns>
    public static IReadOnlyList<IReadOnlyList<(double X, double Y)>> Of(Mask mask, double fineness)
    {
        (double Area, (double X, double Y)[] Ring)[] rings =
        [
            .. mask.ToPolygons()
                .Select(flat => Enumerable.Range(0, flat.Count / 2).Select(i => (X: flat[2 * i], Y: flat[(2 * i) + 1])).ToArray())
                // holes run the other way round
                .Select(ring => (Area: SignedArea(ring), Ring: ring))
                .Where(pair => pair.Area > 0)
                .OrderByDescending(pair => pair.Area),
        ];
        return
        [
            .. rings
                .Where(pair => pair.Area >= SmallShare * rings[0].Area)
                .Select(pair => Simplify(pair.Ring, fineness * Length(pair.Ring))),
        ];
    }

    /// <summary>Positive for rings that run clockwise on a screen.</summary>
    private static double SignedArea((double X, double Y)[] ring)
    {
        double sum = 0;
        for (int i = 0; i < ring.Length; i++)
        {
            (double X, double Y) next = ring[(i + 1) % ring.Length];
            sum += (ring[i].X * next.Y) - (next.X * ring[i].Y);
        }

        return sum / 2;
    }

    private static double Length((double X, double Y)[] ring) =>
        ring.Select((point, i) => Math.Sqrt(Square(point, ring[(i + 1) % ring.Length]))).Sum();

    /// <summary>Douglas and Peucker's algorithm on the two halves of a ring, from its first corner to the farthest and
    /// back.</summary>
    private static (double X, double Y)[] Simplify((double X, double Y)[] ring, double tolerance)
    {
        if (tolerance <= 0 || ring.Length < 4)
        {
            return ring;
        }

        int far = Enumerable.Range(0, ring.Length).MaxBy(i => Square(ring[0], ring[i]));
        (double X, double Y)[] closed = [.. ring, ring[0]];
        bool[] keep = new bool[closed.Length];
        keep[0] = keep[far] = true;
        var open = new Stack<(int From, int To)>([(0, far), (far, closed.Length - 1)]);
        while (open.TryPop(out (int From, int To) part))
        {
            (double most, int at) = (tolerance, -1);
            for (int i = part.From + 1; i < part.To; i++)
            {
                double distance = Distance(closed[i], closed[part.From], closed[part.To]);
                (most, at) = distance > most ? (distance, i) : (most, at);
            }

            if (at >= 0)
            {
                keep[at] = true;
                open.Push((part.From, at));
                open.Push((at, part.To));
            }
        }

        (double X, double Y)[] left = [.. ring.Where((_, i) => keep[i])];
        return left.Length >= 3 ? left : ring;
    }

    private static double Distance((double X, double Y) point, (double X, double Y) from, (double X, double Y) to)
    {
        double length = Math.Sqrt(Square(from, to));
        return length == 0
            ? Math.Sqrt(Square(point, from))
            : Math.Abs(((to.X - from.X) * (from.Y - point.Y)) - ((from.X - point.X) * (to.Y - from.Y))) / length;
    }

    private static double Square((double X, double Y) one, (double X, double Y) other) =>
        ((one.X - other.X) * (one.X - other.X)) + ((one.Y - other.Y) * (one.Y - other.Y));
}
