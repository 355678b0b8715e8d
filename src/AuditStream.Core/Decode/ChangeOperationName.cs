using System.Text;

namespace AuditStream.Core.Decode;

/// <summary>The names that operations have on the wire: the member's name in lower case.</summary>
public static class ChangeOperationName
{
    private static readonly string[] Names = Array.ConvertAll(Enum.GetNames<ChangeOperation>(), name => name.ToLowerInvariant());
    private static readonly byte[][] Bytes = Array.ConvertAll(Names, Encoding.UTF8.GetBytes);

    /// <summary>The name: <c>insert</c>.</summary>
    public static string Of(ChangeOperation operation) => Names[(int)operation];

    internal static byte[] Utf8(ChangeOperation operation) => Bytes[(int)operation];
}
