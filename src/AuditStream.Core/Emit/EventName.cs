using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;

namespace AuditStream.Core.Emit;

/// <summary>The names that enumerations have in an event: the member's name in lower case, as UTF-8.</summary>
internal static class EventName
{
    private static readonly byte[][] ColumnTypes = Names<ColumnType>();
    private static readonly byte[][] Extents = Names<ImageExtent>();
    private static readonly byte[][] Clocks = Names<OccurredFrom>();
    private static readonly byte[][] Strengths = Names<IdentityStrength>();
    private static readonly byte[][] BeforeSources = Names<BeforeSource>();

    public static byte[] Of(ColumnType type) => ColumnTypes[(int)type];

    public static byte[] Of(ImageExtent extent) => Extents[(int)extent];

    public static byte[] Of(OccurredFrom clock) => Clocks[(int)clock];

    public static byte[] Of(IdentityStrength strength) => Strengths[(int)strength];

    public static byte[] Of(BeforeSource source) => BeforeSources[(int)source];

    private static byte[][] Names<T>()
        where T : struct, Enum
        => Array.ConvertAll(Enum.GetNames<T>(), name => Encoding.UTF8.GetBytes(name.ToLowerInvariant()));
}
