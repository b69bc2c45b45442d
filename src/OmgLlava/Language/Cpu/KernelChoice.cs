using OmgLlava.Engine;

namespace OmgLlava.Language.Cpu;

/// <summary>The instructions for each of the two ways to multiply.</summary>
/// <param name="OneToken">For a single token, where weights come from memory.</param>
/// <param name="ManyTokens">For many tokens, where weights stay in registers.</param>
internal sealed record KernelChoice(InstructionSet OneToken, InstructionSet ManyTokens)
{
    /// <summary>The same instructions for both.</summary>
    public static KernelChoice Only(InstructionSet instructions) => new(instructions, instructions);
}
