namespace SparrowFunctions.Conversations;

/// <summary>What came of writing a conversation's head together with turns.</summary>
/// <param name="Written">The head with its new version; null when nothing was written.</param>
/// <param name="Present">The head as it is instead, where nothing was written.</param>
/// <param name="IsTaken">Whether a number or a job may be in line already; else only the head had changed.</param>
public readonly record struct HeadWrite(Head? Written, Head? Present, bool IsTaken);
