using OmgLlava.Tests.Training.Stages;
using OmgLlava.Training.Samples;

namespace OmgLlava.Tests.Training.Samples;

public class PastedScenesTests
{
    [Fact]
    public void Things_of_one_picture_are_put_into_another_with_their_masks()
    {
        var drawn = new DrawnScenes(400);
        var pasted = new PastedScenes(drawn, share: 1, seed: 3);
        int added = 0;
        for (int number = 0; number < 40; number++)
        {
            TrainingScene before = drawn.Scene(number);
            TrainingScene scene = pasted.Scene(number);
            Assert.Equal(scene.Picture!.Pixels.ToArray(), pasted.Scene(number).Picture!.Pixels.ToArray());
            Assert.Empty(scene.Dialogue());
            added += scene.Objects.Count - before.Objects.Count;
            int[] owners = new int[DrawnScenes.Side * DrawnScenes.Side];
            foreach (SceneObject item in scene.Objects)
            {
                for (int i = 0; i < owners.Length; i++)
                {
                    owners[i] += item.Mask.Pixels[i] ? 1 : 0;
                }

                // squares are red, discs are blue, wherever they were put; the ground is grey
                int[] sums = new int[3];
                for (int i = 0; i < owners.Length; i++)
                {
                    for (int c = 0; c < 3 && item.Mask.Pixels[i]; c++)
                    {
                        sums[c] += scene.Picture.Pixels[(3 * i) + c];
                    }
                }

                int color = sums[0] > 2 * sums[2] ? 0 : sums[2] > 2 * sums[0] ? 1 : 2;
                Assert.Equal(item.Class, color);
            }

            Assert.DoesNotContain(owners, count => count > 1);
            Assert.All(owners.Index(), o => Assert.True(o.Item == 1 || scene.Ignored!.Pixels[o.Index]));
        }

        Assert.InRange(added, 20, 120);
    }

    [Fact]
    public void None_are_put_where_none_are_wanted()
    {
        var drawn = new DrawnScenes(400);
        TrainingScene scene = new PastedScenes(drawn, share: 0, seed: 3).Scene(5);
        Assert.Equal(drawn.Scene(5).Picture!.Pixels.ToArray(), scene.Picture!.Pixels.ToArray());
    }
}
