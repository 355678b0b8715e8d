using System.Text.Json;

namespace AuditStream.Core.Flow;

/// <summary>The names that outcomes' reasons have in headers, tables and metrics.</summary>
public static class WireName
{
    private static readonly string[] Rejections = Array.ConvertAll(Enum.GetNames<RejectionCode>(), JsonNamingPolicy.KebabCaseLower.ConvertName);
    private static readonly string[] Skips = Array.ConvertAll(Enum.GetNames<SkipReason>(), JsonNamingPolicy.KebabCaseLower.ConvertName);

    /// <summary>A rejection's code in kebab-case: <c>truncated-json</c>.</summary>
    public static string Of(RejectionCode code) => Rejections[(int)code];

    /// <summary>A skip's reason in kebab-case: <c>transaction-begin</c>.</summary>
    public static string Of(SkipReason reason) => Skips[(int)reason];
}
