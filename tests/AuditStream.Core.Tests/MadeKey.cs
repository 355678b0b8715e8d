using AuditStream.Core.Identity;

namespace AuditStream.Core.Tests;

/// <summary>The identity key of the tests: the bytes 00 to 1f.</summary>
internal static class MadeKey
{
    public static IdentityKey Key { get; } = new([.. Enumerable.Range(0, 32).Select(number => (byte)number)]);
}
