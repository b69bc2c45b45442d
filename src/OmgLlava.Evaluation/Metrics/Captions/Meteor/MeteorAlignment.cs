namespace OmgLlava.Evaluation.Metrics;

/// <summary>
/// Chooses matches so that each word is used once, most words are covered, and they lie in the fewest chunks (Denkowski and Lavie
/// 2014, section 2): a beam search over the reference from left to right, step for step that of the published program.
/// </summary>
internal static class MeteorAlignment
{
    private const int Beam = 40;

    /// <summary>The chosen match that begins at each word of the reference, or null.</summary>
    public static MeteorMatch?[] Resolve(List<MeteorMatch>[] matches, int testLength)
    {
        List<Path> next = [Start(matches, testLength)];
        for (int at = 0; at <= matches.Length; at++)
        {
            List<Path> paths = [.. Ranked(next).Take(Beam)];
            next = [];
            foreach (Path path in paths)
            {
                if (at == matches.Length)
                {
                    path.CloseChunk();
                    next.Add(path);
                }
                else if (path.ReferenceUsed[at])
                {
                    Continue(path, at, next);
                }
                else
                {
                    Branch(path, matches[at], next);
                }
            }

            if (next.Count == 0)
            {
                next.Add(paths[0]);
            }
        }

        return Ranked(next).First().Chosen;
    }

    /// <summary>Number of chunks: runs of matches that follow each other in both sentences.</summary>
    public static int CountChunks(MeteorMatch?[] chosen)
    {
        int chunks = 0;
        int testEnd = -1;
        for (int at = 0; at < chosen.Length;)
        {
            MeteorMatch? match = chosen[at];
            chunks += testEnd != -1 && match?.Test != testEnd ? 1 : 0;
            testEnd = match is null ? -1 : match.Test + match.TestLength;
            at += match?.ReferenceLength ?? 1;
        }

        return chunks + (testEnd != -1 ? 1 : 0);
    }

    // Stable: of equal paths the earlier one is kept.
    private static IEnumerable<Path> Ranked(List<Path> paths) =>
        paths.OrderByDescending(path => path.Covered).ThenBy(path => path.Chunks).ThenBy(path => path.Distance);

    /// <summary>Matches whose words no other match touches are taken from the start.</summary>
    private static Path Start(List<MeteorMatch>[] matches, int testLength)
    {
        int[] referenceTouched = new int[matches.Length];
        int[] testTouched = new int[testLength];
        foreach (MeteorMatch match in matches.SelectMany(list => list))
        {
            Touch(referenceTouched, match.Reference, match.ReferenceLength);
            Touch(testTouched, match.Test, match.TestLength);
        }

        var start = new Path(matches.Length, testLength);
        foreach (MeteorMatch match in matches.Where(list => list.Count == 1).Select(list => list[0]))
        {
            if (
                referenceTouched.AsSpan(match.Reference, match.ReferenceLength).IndexOfAnyExcept(1) < 0
                && testTouched.AsSpan(match.Test, match.TestLength).IndexOfAnyExcept(1) < 0
            )
            {
                start.Choose(match);
            }
        }

        return start;

        static void Touch(int[] touched, int from, int length)
        {
            for (int i = from; i < from + length; i++)
            {
                touched[i]++;
            }
        }
    }

    /// <summary>The word belongs to a match that was chosen before.</summary>
    private static void Continue(Path path, int at, List<Path> next)
    {
        if (at < path.Index)
        {
            next.Add(path);
        }
        else if (path.Chosen[path.Index] is { } match)
        {
            path.Count(match);
            path.Distance += Math.Abs(match.Reference - match.Test);
            next.Add(path);
        }
    }

    /// <summary>Goes on with each match that is still free, and without one.</summary>
    private static void Branch(Path path, List<MeteorMatch> matches, List<Path> next)
    {
        foreach (MeteorMatch match in matches)
        {
            if (path.IsFree(match))
            {
                var branch = new Path(path);
                branch.Choose(match);
                branch.Count(match);
                next.Add(branch);

                // The published program adds the distance to the path it branches from, not to the branch.
                path.Distance += Math.Abs(match.Reference - match.Test);
            }
        }

        path.CloseChunk();
        path.Index++;
        next.Add(path);
    }

    private sealed class Path
    {
        private readonly bool[] _testUsed;
        private int _referenceCovered;
        private int _testCovered;
        private int _testEnd = -1;

        public Path(int referenceLength, int testLength) =>
            (Chosen, ReferenceUsed, _testUsed) = (
                new MeteorMatch?[referenceLength],
                new bool[referenceLength],
                new bool[testLength]
            );

        public Path(Path from)
        {
            (Chosen, ReferenceUsed, _testUsed) = ([.. from.Chosen], [.. from.ReferenceUsed], [.. from._testUsed]);
            (_referenceCovered, _testCovered, _testEnd) = (from._referenceCovered, from._testCovered, from._testEnd);
            (Chunks, Index, Distance) = (from.Chunks, from.Index, from.Distance);
        }

        public MeteorMatch?[] Chosen { get; }

        public bool[] ReferenceUsed { get; }

        public int Chunks { get; private set; }

        public int Index { get; set; }

        public int Distance { get; set; }

        public int Covered => _referenceCovered + _testCovered;

        public bool IsFree(MeteorMatch match) =>
            !ReferenceUsed.AsSpan(match.Reference, match.ReferenceLength).Contains(true)
            && !_testUsed.AsSpan(match.Test, match.TestLength).Contains(true);

        public void Choose(MeteorMatch match)
        {
            Chosen[match.Reference] = match;
            ReferenceUsed.AsSpan(match.Reference, match.ReferenceLength).Fill(true);
            _testUsed.AsSpan(match.Test, match.TestLength).Fill(true);
        }

        public void Count(MeteorMatch match)
        {
            // Other than exact matches weigh one half, and the published program keeps the sums as integers: a single word then
            // counts nothing.
            double weight = match.Stage == (int)MeteorStage.Exact ? 1 : 0.5;
            _testCovered = (int)(_testCovered + (match.TestLength * weight));
            _referenceCovered = (int)(_referenceCovered + (match.ReferenceLength * weight));
            Chunks += _testEnd != -1 && match.Test != _testEnd ? 1 : 0;
            Index = match.Reference + match.ReferenceLength;
            _testEnd = match.Test + match.TestLength;
        }

        public void CloseChunk()
        {
            Chunks += _testEnd != -1 ? 1 : 0;
            _testEnd = -1;
        }
    }
}
