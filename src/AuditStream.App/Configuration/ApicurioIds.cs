namespace AuditStream.App.Configuration;

/// <summary>Which of Apicurio's two numberings the 64-bit ids in records are of.</summary>
public enum ApicurioIds
{
    /// <summary>Global ids: each version of an artifact has its own.</summary>
    Global,

    /// <summary>Content ids: each text has its own.</summary>
    Content,
}
