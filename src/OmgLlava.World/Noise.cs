namespace OmgLlava.World;

/// <summary>Smooth random fields: value noise on a fixed lattice of 256 x 256, shifted for each use.</summary>
internal sealed class Noise(SceneRandom random)
{
    private const int Side = 256;

    private static readonly float[] Lattice = Fill();

    private readonly float _shiftX = (float)random.Range(0, Side);
    private readonly float _shiftY = (float)random.Range(0, Side);

    /// <summary>0..1, one bump per unit.</summary>
    public float At(float x, float y)
    {
        x += _shiftX;
        y += _shiftY;
        float fx = MathF.Floor(x);
        float fy = MathF.Floor(y);
        (int ix, int iy) = ((int)fx & (Side - 1), (int)fy & (Side - 1));
        (float tx, float ty) = (x - fx, y - fy);
        tx = tx * tx * (3 - (2 * tx));
        ty = ty * ty * (3 - (2 * ty));
        int row = iy * Side;
        int below = ((iy + 1) & (Side - 1)) * Side;
        int right = (ix + 1) & (Side - 1);
        float top = Lattice[row + ix] + (tx * (Lattice[row + right] - Lattice[row + ix]));
        float bottom = Lattice[below + ix] + (tx * (Lattice[below + right] - Lattice[below + ix]));
        return top + (ty * (bottom - top));
    }

    /// <summary>0..1, three octaves.</summary>
    public float Clouds(float x, float y) => ((At(x, y) * 4) + (At(x * 2.1f, y * 2.1f) * 2) + At(x * 4.3f, y * 4.3f)) / 7;

    private static float[] Fill()
    {
        var random = new SceneRandom(20240619);
        float[] values = new float[Side * Side];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.Unit();
        }

        return values;
    }
}
