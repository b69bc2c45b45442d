namespace OmgLlava.Evaluation.Metrics;

/// <summary>Yes-or-no questions as POPE counts them (Li et al. 2023).</summary>
public sealed class YesNoMetric
{
    private int _rightYes;
    private int _wrongYes;
    private int _rightNo;
    private int _wrongNo;

    /// <summary>
    /// What an answer says, by POPE's rule: in the first sentence, without commas, one of the words No, no, not makes it "no";
    /// anything else is "yes".
    /// </summary>
    public static bool SaysYes(string answer)
    {
        string[] words = answer.Split('.')[0].Replace(",", "", StringComparison.Ordinal).Split(' ');
        return !words.Any(word => word is "No" or "no" or "not");
    }

    /// <summary>Counts an answer.</summary>
    /// <param name="answer">The text of the answer.</param>
    /// <param name="yes">Whether yes is right.</param>
    /// <returns>Whether the answer is right.</returns>
    public bool Add(string answer, bool yes)
    {
        bool saysYes = SaysYes(answer);
        _rightYes += saysYes && yes ? 1 : 0;
        _wrongYes += saysYes && !yes ? 1 : 0;
        _rightNo += !saysYes && !yes ? 1 : 0;
        _wrongNo += !saysYes && yes ? 1 : 0;
        return saysYes == yes;
    }

    /// <summary>The scores so far.</summary>
    public YesNoScores Scores()
    {
        int questions = _rightYes + _wrongYes + _rightNo + _wrongNo;
        double precision = Share(_rightYes, _rightYes + _wrongYes);
        double recall = Share(_rightYes, _rightYes + _wrongNo);
        return new YesNoScores(
            questions,
            Share(_rightYes + _rightNo, questions),
            precision,
            recall,
            precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall),
            Share(_rightYes + _wrongYes, questions)
        );

        static double Share(int part, int all) => all == 0 ? 0 : (double)part / all;
    }
}
