using Microsoft.Extensions.Options;

namespace SparrowFunctions.Sparrow.Settings;

/// <summary>Checks each setting by itself, by the attributes on it.</summary>
[OptionsValidator]
internal sealed partial class SparrowOptionsValidator : IValidateOptions<SparrowOptions>;
