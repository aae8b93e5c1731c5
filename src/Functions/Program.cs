using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SparrowFunctions;

var builder = FunctionsApplication.CreateBuilder(args);
builder.UseMiddleware<RunningInvocations>(); // before what answers requests, so that an answer counts until it is written
builder.ConfigureFunctionsWebApplication();
builder.Services.AddSparrowCore(builder.Configuration);
builder.Services.AddSingleton<HostStream>().AddHostedService<OrphanEnd>();
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // its lines on requests tell whole addresses: function keys, and names that users chose
if (Monitoring.IsConfigured(builder.Configuration))
    builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults().UseMonitoring(builder.Configuration);
builder.Build().Run();
