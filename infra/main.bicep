// Everything Sparrow Functions needs in Azure, in one resource group: `azd up` deploys it.
// No key is made or kept anywhere: the app, Event Grid and the developer reach storage, vault and telemetry by identity.
targetScope = 'subscription'

@description('Name of the environment; part of every name, so that several can live in one subscription.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of everything. Flex Consumption is not offered in every region: `az functionapp list-flexconsumption-locations` names those that have it.')
param location string

@description('Object id of whoever may look into storage and set the key, in addition to the app; empty for nobody. azd gives the one who deploys.')
param principalId string = ''

@description('What kind of principal that is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'User'

@description('The Sparrow key. Empty leaves the secret in the vault as it is.')
@secure()
param sparrowApiKey string = ''

@description('App settings beyond those the deployment needs, for example { Sparrow__Mode: \'concurrent\' }: docs/configuration.md names all. They can\'t replace those of the deployment.')
param appSettings object = {}

@description('Memory of an instance, in MB; paid for while an instance works. The app waits more than it computes: more memory buys little.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Most instances that any one function may grow to. Each makes up to Sparrow__MaxConcurrency__Standard calls at once.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances of OnPromptQueued that run always and are paid for always; 0 starts one when a prompt comes.')
@minValue(0)
@maxValue(10)
param alwaysReadyInstances int = 0

@description('Redundancy of the storage account: within one data centre, over the zones of the region, or with a copy in another region.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('Days after which results are deleted; 0 keeps them.')
@minValue(0)
@maxValue(3650)
param resultsRetentionDays int = 365

@description('Days after which payloads are deleted: large prompts and the bodies of dead letters. 0 keeps them. A dead letter can be sent again no longer than its payload lives.')
@minValue(0)
@maxValue(3650)
param payloadsRetentionDays int = 90

@description('Days that a deleted blob, a deleted container and an overwritten version can be brought back.')
@minValue(1)
@maxValue(365)
param recoveryDays int = 14

@description('Whether the vault refuses to be purged for 90 days after its deletion. Once true it can\'t be turned off again.')
param vaultPurgeProtection bool = false

@description('Days that logs and metrics are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Most GB of logs and metrics a day; what comes beyond it is lost until the next day. -1 for no limit.')
@minValue(-1)
param dailyLogLimitGB int = 1

@description('Where alerts are sent; empty makes the alerts without sending mail.')
param alertEmail string = ''

@description('Seconds a prompt may have waited in the queue before the alert on queue age.')
@minValue(60)
param queueAgeAlertSeconds int = 900

@description('Messages in all queues together before the alert on the backlog.')
@minValue(1)
param backlogAlertMessages int = 5000

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var names = {
  identity: 'id-sparrow-${token}'
  storage: 'st${token}'
  vault: 'kv-${token}'
  workspace: 'log-sparrow-${token}'
  insights: 'appi-sparrow-${token}'
  topic: 'evgt-sparrow-${token}'
  plan: 'plan-sparrow-${token}'
  app: 'func-sparrow-${token}'
}
var eventsQueue = 'drop-events'
var packageContainer = 'app-package'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: names.identity
    location: location
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    sku: storageSku
    eventsQueue: eventsQueue
    packageContainer: packageContainer
    resultsRetentionDays: resultsRetentionDays
    payloadsRetentionDays: payloadsRetentionDays
    recoveryDays: recoveryDays
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    purgeProtection: vaultPurgeProtection
    sparrowApiKey: sparrowApiKey
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyLimitGB: dailyLogLimitGB
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    identityName: names.identity
    storageName: names.storage
    vaultName: names.vault
    insightsName: names.insights
    developerPrincipalId: principalId
    developerPrincipalType: principalType
  }
  dependsOn: [identity, storage, vault, monitoring]
}

module events 'modules/events.bicep' = {
  name: 'events'
  scope: group
  params: {
    name: names.topic
    location: location
    tags: tags
    storageName: names.storage
    queueName: eventsQueue
  }
  dependsOn: [storage]
}

module app 'modules/app.bicep' = {
  name: 'app'
  scope: group
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    tableEndpoint: storage.outputs.tableEndpoint
    packageContainer: packageContainer
    insightsName: names.insights
    sparrowApiKeyUri: vault.outputs.sparrowApiKeyUri
    settings: appSettings
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
  }
  // Neither the package nor the key can be read before the roles are there
  dependsOn: [roles]
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    suffix: token
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    storageName: names.storage
    email: alertEmail
    queueAgeSeconds: queueAgeAlertSeconds
    backlogMessages: backlogAlertMessages
  }
  dependsOn: [storage]
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP string = names.app
output AZURE_FUNCTION_URL string = app.outputs.url
output AZURE_STORAGE_ACCOUNT string = names.storage
output AZURE_KEY_VAULT string = names.vault
output AZURE_APPLICATION_INSIGHTS string = names.insights
