using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>The instructions of a compiled method.</summary>
public static class Instructions
{
    private static readonly Dictionary<ushort, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (ushort)code.Value);

    /// <summary>All of them in order; empty for a method without a body.</summary>
    /// <returns>The code and, where it has one of 4 bytes, its operand: a token, a number or a distance.</returns>
    public static IEnumerable<(OpCode Code, int Operand)> Of(MethodBase method)
    {
        var bytes = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < bytes.Length;)
        {
            var value = bytes[at] == 0xFE ? BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)) : bytes[at];
            var code = Codes[value];
            at += code.Size;
            var operand = code.OperandType is OperandType.InlineNone || at + 4 > bytes.Length ? 0 : BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
            yield return (code, operand);
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * operand),
                _ => 4,
            };
        }
    }
}
