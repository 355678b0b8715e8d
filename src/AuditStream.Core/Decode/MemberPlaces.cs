namespace AuditStream.Core.Decode;

/// <summary>Where the members that a reader knows stand in an object.</summary>
/// <param name="Places">By wanted member: its place among the object's members, or -1.</param>
/// <param name="HasDuplicates">True when one of them is there twice.</param>
internal sealed record MemberPlaces(int[] Places, bool HasDuplicates);
