using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SparrowFunctions;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddSparrowCore(builder.Configuration);
if (Monitoring.IsConfigured(builder.Configuration))
    builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults().UseMonitoring(builder.Configuration);
builder.Build().Run();
