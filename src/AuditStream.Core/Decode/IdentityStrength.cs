namespace AuditStream.Core.Decode;

/// <summary>How well a redelivery by the upstream can be recognised. The wire name is the member's name in lower case.</summary>
public enum IdentityStrength : byte
{
    /// <summary>By raw topic, partition and offset only: a change that the upstream sends again counts twice.</summary>
    Weak,

    /// <summary>By a position that holds for one snapshot or load.</summary>
    Medium,

    /// <summary>By the change's place in the source's log.</summary>
    Strong,
}
