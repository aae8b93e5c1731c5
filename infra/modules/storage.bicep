// The one storage account: every queue, container and table of the app, so that producers can send before the app ran for the first time.
// The names are those of src/Core/Provisioning/StorageNames.cs; a test holds the two together.
param name string
param location string
param tags object
param sku string
param eventsQueue string
param packageContainer string
param resultsRetentionDays int
param payloadsRetentionDays int
param recoveryDays int

var queues = [
  'prompts'
  'prompts-poison'
  'work'
  'work-poison'
  eventsQueue
  '${eventsQueue}-poison'
  'callbacks'
  'callbacks-poison'
  'webjobs-blobtrigger-poison'
]
var containers = ['results', 'drop', 'batches', 'payloads', packageContainer]
var tables = ['jobs', 'turns', 'attachments', 'deadletters', 'gates']

var retention = filter(
  [
    { container: 'results', days: resultsRetentionDays }
    { container: 'payloads', days: payloadsRetentionDays }
  ],
  rule => rule.days > 0
)

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      isVersioningEnabled: true
      deleteRetentionPolicy: { enabled: true, days: recoveryDays }
      containerDeleteRetentionPolicy: { enabled: true, days: recoveryDays }
    }

    resource container 'containers' = [
      for container in containers: {
        name: container
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource queue 'queues' = [for queue in queues: { name: queue }]
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource table 'tables' = [for table in tables: { name: table }]
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: concat(
          [
            {
              // The platform overwrites its locks and timers all the time: without this rule their versions would pile up
              name: 'old-versions'
              type: 'Lifecycle'
              enabled: true
              definition: {
                filters: { blobTypes: ['blockBlob'] }
                actions: { version: { delete: { daysAfterCreationGreaterThan: recoveryDays } } }
              }
            }
          ],
          map(retention, rule => {
            name: rule.container
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['${rule.container}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: rule.days } } }
            }
          })
        )
      }
    }
    // A rule on versions is refused while versioning is off
    dependsOn: [blobs]
  }
}

output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
output tableEndpoint string = account.properties.primaryEndpoints.table
