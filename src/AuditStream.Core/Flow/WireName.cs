using AuditStream.Core.Decode;
using AuditStream.Core.Diff;

namespace AuditStream.Core.Flow;

/// <summary>The names that enumerations have on the wire, in headers and in metrics: never made from a number, never allocated.</summary>
public static class WireName
{
    private static readonly string[] Rejections = KebabNames<RejectionCode>();
    private static readonly string[] Skips = KebabNames<SkipReason>();
    private static readonly string[] Operations = LowerNames<ChangeOperation>();
    private static readonly byte[][] OperationBytes = Bytes(Operations);
    private static readonly byte[][] ColumnTypes = Bytes(LowerNames<ColumnType>());
    private static readonly byte[][] Extents = Bytes(LowerNames<ImageExtent>());
    private static readonly byte[][] Clocks = Bytes(LowerNames<OccurredFrom>());
    private static readonly byte[][] Strengths = Bytes(LowerNames<IdentityStrength>());
    private static readonly byte[][] BeforeSources = Bytes(LowerNames<BeforeSource>());

    /// <summary>A rejection's code in kebab-case: <c>truncated-json</c>.</summary>
    public static string Of(RejectionCode code) => Rejections[(int)code];

    /// <summary>A skip's reason in kebab-case: <c>transaction-begin</c>.</summary>
    public static string Of(SkipReason reason) => Skips[(int)reason];

    /// <summary>An operation in lower case: <c>insert</c>.</summary>
    public static string Of(ChangeOperation operation) => Operations[(int)operation];

    internal static byte[] Utf8(ChangeOperation operation) => OperationBytes[(int)operation];

    internal static byte[] Utf8(ColumnType type) => ColumnTypes[(int)type];

    internal static byte[] Utf8(ImageExtent extent) => Extents[(int)extent];

    internal static byte[] Utf8(OccurredFrom clock) => Clocks[(int)clock];

    internal static byte[] Utf8(IdentityStrength strength) => Strengths[(int)strength];

    internal static byte[] Utf8(BeforeSource source) => BeforeSources[(int)source];

    private static string[] LowerNames<T>()
        where T : struct, Enum
        => Array.ConvertAll(Enum.GetNames<T>(), name => name.ToLowerInvariant());

    private static string[] KebabNames<T>()
        where T : struct, Enum
        => Array.ConvertAll(Enum.GetNames<T>(), System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName);

    private static byte[][] Bytes(string[] names) => Array.ConvertAll(names, System.Text.Encoding.UTF8.GetBytes);
}
