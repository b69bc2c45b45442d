namespace OmgLlava.Engine;

/// <summary>What follows a product.</summary>
internal enum Activation
{
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x Φ(x), with the normal distribution itself, not the tanh formula.</summary>
    Gelu,
}
