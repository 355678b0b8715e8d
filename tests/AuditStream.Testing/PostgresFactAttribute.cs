using AuditStream.Demo;
using Xunit;

namespace AuditStream.Testing;

/// <summary>A fact about a real PostgreSQL server: skipped by name where the machine has no server programs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    /// <summary>Looks for the server programs.</summary>
    public PostgresFactAttribute()
    {
        if (!ThrowAwayPostgres.IsAvailable)
            Skip = PostgresBinaries.WhatToInstall;
    }
}
