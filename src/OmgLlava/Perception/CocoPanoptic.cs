namespace OmgLlava.Perception;

/// <summary>The class names of COCO panoptic segmentation, 80 things and 53 kinds of stuff, in the order of the published class
/// embeddings.</summary>
internal static class CocoPanoptic
{
    private const string Things =
        "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking "
        + "meter,bench,bird,cat,dog,"
        + "horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,sports "
        + "ball,kite,"
        + "baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine "
        + "glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,"
        + "orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining "
        + "table,toilet,tv,laptop,mouse,remote,keyboard,"
        + "cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush";

    private const string Stuff =
        "banner,blanket,bridge,cardboard,counter,curtain,door,floor-wood,flower,fruit,gravel,house,light,mirror,net,pillow,platform,"
        + "playingfield,railroad,river,road,roof,sand,sea,shelf,snow,stairs,tent,towel,wall-brick,wall-stone,wall-tile,wall-wood,water,"
        + "window-blind,window,tree,fence,ceiling,sky,cabinet,table,floor,pavement,mountain,grass,dirt,paper,food,building,rock,wall,rug";

    /// <summary>The names when the numbers of classes are COCO's; else null.</summary>
    public static IReadOnlyList<string>? NamesFor(int things, int stuff)
    {
        string[] names = $"{Things},{Stuff}".Split(',');
        return things == 80 && things + stuff == names.Length ? names : null;
    }
}
