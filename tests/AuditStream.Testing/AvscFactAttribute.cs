using Xunit;

namespace AuditStream.Testing;

/// <summary>A fact that needs node and the npm package avsc, an implementation of Avro that is not ours; skipped by name where they are missing and cannot be
/// installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AvscFactAttribute : FactAttribute
{
    /// <summary>Asks the machine once, when tests are discovered; installs the package where that can be done.</summary>
    public AvscFactAttribute() => Skip = NodeModules.MissingAvsc;
}
