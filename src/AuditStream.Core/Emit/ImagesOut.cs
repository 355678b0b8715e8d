namespace AuditStream.Core.Emit;

/// <summary>Which row images an event carries.</summary>
public enum ImagesOut : byte
{
    /// <summary><c>before</c> and <c>after</c>, as delivered.</summary>
    Full,

    /// <summary><c>after</c> only.</summary>
    After,

    /// <summary>Neither; <c>changes</c> still tells the changed columns' values.</summary>
    None,
}
