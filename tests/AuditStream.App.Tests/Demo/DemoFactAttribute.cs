using AuditStream.Demo;
using Confluent.Kafka;

namespace AuditStream.App.Tests.Demo;

/// <summary>A fact about the whole demo: skipped by name where the machine lacks PostgreSQL's server programs or librdkafka.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DemoFactAttribute : FactAttribute
{
    /// <summary>Looks for both.</summary>
    public DemoFactAttribute() => Skip = ThrowAwayPostgres.IsAvailable ? MissingLibrary() : PostgresBinaries.WhatToInstall;

    private static string? MissingLibrary()
    {
        try
        {
            return Library.VersionString.Length > 0 ? null : "librdkafka does not say its version";
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException or InvalidOperationException)
        {
            return "needs librdkafka: ./dev setup brings it";
        }
    }
}
