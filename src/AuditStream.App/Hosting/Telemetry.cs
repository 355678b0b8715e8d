using AuditStream.App.Configuration;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AuditStream.App.Hosting;

/// <summary>Sends metrics and traces by OTLP, configured by OpenTelemetry's own variables.</summary>
public sealed class Telemetry(AuditStreamOptions options) : IHostedService, IDisposable
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string OwnNames = "AuditStream*";
    private const string RuntimeMeter = "System.Runtime";
    private const int FlushMilliseconds = 2_000; // of the stop's budget

    private MeterProvider? meters;
    private TracerProvider? tracers;

    /// <summary>Whether an endpoint is named.</summary>
    public static bool IsWanted => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateDefault()
            .AddService(Product.Name, serviceVersion: Product.Version, serviceInstanceId: $"{options.ApplicationId}-{Environment.ProcessId}");
        meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(OwnNames, RuntimeMeter).AddOtlpExporter().Build();
        tracers = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(OwnNames).AddOtlpExporter().Build();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        meters?.ForceFlush(FlushMilliseconds);
        tracers?.ForceFlush(FlushMilliseconds);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        meters?.Dispose();
        tracers?.Dispose();
    }
}
