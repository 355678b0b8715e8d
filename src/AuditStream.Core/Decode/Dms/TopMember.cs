namespace AuditStream.Core.Decode.Dms;

/// <summary>The members of a DMS record that are read, as places in a <see cref="MemberBlock"/>.</summary>
internal static class TopMember
{
    public const int Metadata = 0;
    public const int Data = 1;
    public const int Control = 2;
    public const int BeforeImage = 3;

    /// <summary>A map that finds them.</summary>
    /// <param name="beforeImage">The member's name in the task's settings (<c>BeforeImageSettings.FieldName</c>).</param>
    public static MemberMap NewMap(string beforeImage) => new("metadata", "data", "control", beforeImage);
}
