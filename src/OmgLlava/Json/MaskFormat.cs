namespace OmgLlava.Json;

/// <summary>How a mask is written as JSON.</summary>
public enum MaskFormat
{
    /// <summary><c>counts</c>: COCO's compressed run lengths.</summary>
    Rle,

    /// <summary><c>png</c>: a data URI of an 8-bit grey picture, 255 inside.</summary>
    Png,

    /// <summary><c>polygons</c>: outlines, outer ones clockwise, those of holes counter-clockwise.</summary>
    Polygon,

    /// <summary><c>path</c>: path data for an SVG whose view box is the picture, filled by the even-odd rule.</summary>
    Svg,
}
