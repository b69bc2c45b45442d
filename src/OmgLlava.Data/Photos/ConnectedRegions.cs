using OmgLlava.Imaging;

namespace OmgLlava.Data.Photos;

/// <summary>Pieces of masks that hang together by the sides of pixels.</summary>
internal static class ConnectedRegions
{
    /// <summary>Pixels of the largest piece; 0 for an empty mask.</summary>
    public static long Largest(Mask mask)
    {
        bool[] left = mask.Pixels.ToArray();
        var open = new Stack<int>();
        long largest = 0;
        for (int start = 0; start < left.Length; start++)
        {
            long area = 0;
            Reach(start);
            while (open.TryPop(out int pixel))
            {
                area++;
                int x = pixel % mask.Width;
                if (x > 0)
                {
                    Reach(pixel - 1);
                }

                if (x < mask.Width - 1)
                {
                    Reach(pixel + 1);
                }

                Reach(pixel - mask.Width);
                Reach(pixel + mask.Width);
            }

            largest = Math.Max(largest, area);
        }

        return largest;

        void Reach(int pixel)
        {
            if (pixel >= 0 && pixel < left.Length && left[pixel])
            {
                left[pixel] = false;
                open.Push(pixel);
            }
        }
    }
}
