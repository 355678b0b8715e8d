namespace AuditStream.Core.Emit;

/// <summary>What an event leaves out in order to fit.</summary>
internal enum EventSize : byte
{
    /// <summary>Nothing beside what the settings leave out.</summary>
    Whole,

    /// <summary>The row images: they are <c>omitted</c>.</summary>
    WithoutImages,

    /// <summary>The row images and the member <c>changes</c>: the names in <c>changed</c> stay.</summary>
    NamesOnly,
}
