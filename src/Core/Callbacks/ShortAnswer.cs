using System.Text;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning;

namespace SparrowFunctions.Callbacks;

/// <summary>Cuts a long answer to what a callback carries. Pure.</summary>
public static class ShortAnswer
{
    /// <summary>Most that a callback carries of an answer, the remark that it was cut included, in bytes of UTF-8.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>The answer, or its beginning and where the whole of it lies. No character is cut in two.</summary>
    public static string Of(string answer, JobId job)
    {
        if (Encoding.UTF8.GetByteCount(answer) <= MaxBytes)
            return answer;

        var remark = $"\n\n… [cut; the whole answer is {StorageNames.ResultsContainer}/{job}/answer.md]";
        var room = MaxBytes - Encoding.UTF8.GetByteCount(remark);
        var kept = 0;
        foreach (var rune in answer.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
                break;
            kept += rune.Utf16SequenceLength;
        }

        return answer[..kept] + remark;
    }
}
