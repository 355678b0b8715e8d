using System.ComponentModel.DataAnnotations;

namespace AuditStream.App.Configuration;

/// <summary>Health and metrics over HTTP: /health/live, /health/ready, /metrics.</summary>
public sealed class HttpOptions
{
    /// <summary>The port; 0 switches HTTP off.</summary>
    /// <value>8080</value>
    [Range(0, 65_535)]
    public int Port { get; set; } = 8080;

    /// <summary>The address to listen on: an IP address, localhost, or * for every address.</summary>
    /// <value>localhost</value>
    [Required]
    public string Host { get; set; } = "localhost";
}
