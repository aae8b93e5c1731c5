using System.Globalization;

namespace SparrowFunctions.Tests.Simulation.Storage.Queues;

/// <summary>
/// A Storage Queue: at least once and in no order. Which of the visible messages are received is the seed's choice, and now and then one
/// becomes visible again while its receiver still works on it.
/// </summary>
internal sealed class SimQueue(SimStorage storage, string name)
{
    private readonly List<SimMessage> _messages = [];
    private readonly List<Action> _waiting = [];
    private long _receipts;

    public string Name => name;

    public IReadOnlyList<SimMessage> Messages => _messages;

    private DateTimeOffset Now => storage.World.Now;

    public SimMessage Send(string text, TimeSpan? visibilityTimeout)
    {
        var message = new SimMessage
        {
            Id = storage.World.Random.NextGuid().ToString(),
            Text = text,
            InsertedOn = Now,
            VisibleOn = Now + (visibilityTimeout ?? TimeSpan.Zero),
            PopReceipt = NextReceipt(),
        };
        if (storage.Mutation.SwallowsMessage(name, text))
            return message;
        _messages.Add(message);
        Announce(message);
        return message;
    }

    public IReadOnlyList<SimMessage> Receive(int most, TimeSpan visibilityTimeout)
    {
        var visible = _messages.FindAll(message => message.VisibleOn <= Now);
        storage.World.Random.Shuffle(visible);
        var received = visible.Take(most).ToList();
        foreach (var message in received)
        {
            message.DequeueCount++;
            message.PopReceipt = NextReceipt();
            var early = storage.World.Random.Chance(storage.Network.Faults.DeliveredTwice);
            message.VisibleOn = Now + (early ? storage.World.Random.Skewed(TimeSpan.Zero, visibilityTimeout) : visibilityTimeout);
            Announce(message);
        }

        return received;
    }

    public SimMessage? Peek() => _messages.Find(message => message.VisibleOn <= Now);

    public SimMessage Update(string id, string popReceipt, string? text, TimeSpan visibilityTimeout)
    {
        var message = Held(id, popReceipt);
        message.Text = text ?? message.Text;
        message.PopReceipt = NextReceipt();
        message.VisibleOn = Now + visibilityTimeout;
        Announce(message);
        return message;
    }

    public void Delete(string id, string popReceipt) => _messages.Remove(Held(id, popReceipt));

    /// <summary>Calls back once, when a message is visible; at once if one is.</summary>
    public void WhenVisible(Action callback)
    {
        if (Peek() is not null)
            callback();
        else
            _waiting.Add(callback);
    }

    private SimMessage Held(string id, string popReceipt)
    {
        var message = _messages.Find(message => message.Id == id) ?? throw StorageErrors.MessageMissing();
        return message.PopReceipt == popReceipt ? message : throw StorageErrors.PopReceiptMismatch();
    }

    private void Announce(SimMessage message) => storage.World.After(message.VisibleOn - Now, () =>
    {
        if (_waiting.Count == 0 || message.VisibleOn > Now || !_messages.Contains(message))
            return;
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        foreach (var callback in waiting)
            callback();
    });

    private string NextReceipt() => (++_receipts).ToString(CultureInfo.InvariantCulture);
}
