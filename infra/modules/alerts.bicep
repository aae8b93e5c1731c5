// What somebody should hear of. Texts and names are those that the app logs and counts; a test holds them together.
param suffix string
param location string
param tags object
param workspaceId string
param storageName string
param email string
param queueAgeSeconds int
param backlogMessages int

// A look every quarter of an hour costs a third of one every 5 minutes; only the gate is looked at more often
var rules = [
  {
    name: 'gate-closed'
    title: 'The gate is closed: prompts are accepted and wait'
    help: 'The key was refused, its points are spent, or Sparrow can\'t be reached. The log line says which. It opens by itself.'
    severity: 1
    every: 'PT5M'
    window: 'P2D'
    query: 'AppTraces | where Message startswith "The gate is closed" or Message startswith "The gate is open again" | summarize arg_max(TimeGenerated, Message) | where Message startswith "The gate is closed"'
  }
  {
    name: 'dead-letters'
    title: 'There are new dead letters'
    help: 'Table deadletters says what, why, and holds the original to send again.'
    severity: 2
    every: 'PT15M'
    window: 'PT30M'
    query: 'AppMetrics | where Name == "sparrow.prompts.rejected" or (Name == "sparrow.jobs.ended" and tostring(Properties["state"]) == "failed") | summarize Letters = sum(Sum) | where Letters > 0'
  }
  {
    name: 'failures'
    title: 'One job in five fails, or more'
    help: 'Of the jobs that ended in the last hour, at least 5 failed, and they are at least a fifth. See kind and reason in their results.'
    severity: 1
    every: 'PT15M'
    window: 'PT1H'
    query: 'AppMetrics | where Name == "sparrow.jobs.ended" | summarize Failed = sumif(Sum, tostring(Properties["state"]) == "failed"), Ended = sum(Sum) | where Failed >= 5 and Failed * 5 >= Ended'
  }
  {
    name: 'possibly-billed'
    title: 'Calls may have been paid for without an answer'
    help: 'More than 10 calls in an hour left no usable answer behind: instances that die, or a connection that breaks.'
    severity: 2
    every: 'PT15M'
    window: 'PT1H'
    query: 'AppMetrics | where Name == "sparrow.calls.possibly_billed" | summarize Calls = sum(Sum) | where Calls > 10'
  }
  {
    name: 'queue-age'
    title: 'Prompts wait long in the queue'
    help: 'A prompt was taken up later than expected: too few instances, or too few calls at once.'
    severity: 2
    every: 'PT15M'
    window: 'PT30M'
    query: 'AppMetrics | where Name == "sparrow.prompts.wait" | summarize Wait = max(Max) | where Wait > ${queueAgeSeconds}'
  }
  {
    name: 'functions-failing'
    title: 'Functions throw'
    help: 'A function that throws means a bug or lost storage; its message comes again, at most 5 times.'
    severity: 1
    every: 'PT15M'
    window: 'PT30M'
    query: 'AppRequests | where Success == false and ResultCode !startswith "4" | summarize Calls = sum(ItemCount) | where Calls > 5'
  }
]

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName

  resource queueService 'queueServices' existing = {
    name: 'default'
  }
}

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-sparrow-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'sparrow'
    enabled: true
    emailReceivers: [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource logAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'alert-${rule.name}-${suffix}'
    location: location
    tags: tags
    properties: {
      displayName: rule.title
      description: rule.help
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.every
      windowSize: rule.window
      autoMitigate: true
      // The tables of a new workspace are there only when the app has sent something
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(email) ? [] : [mail.id] }
    }
  }
]

// Storage counts this itself, so it is heard of even when the app does not start. It looks about once an hour, at all queues together.
resource backlog 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'alert-backlog-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Messages pile up in the queues: the app does not run, or Sparrow takes fewer calls than come.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [storage::queueService.id]
    evaluationFrequency: 'PT1H'
    windowSize: 'PT1H'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'messages'
          metricNamespace: 'Microsoft.Storage/storageAccounts/queueServices'
          metricName: 'QueueMessageCount'
          timeAggregation: 'Average'
          operator: 'GreaterThan'
          threshold: backlogMessages
          skipMetricValidation: true
        }
      ]
    }
    actions: empty(email) ? [] : [{ actionGroupId: mail.id }]
  }
}
