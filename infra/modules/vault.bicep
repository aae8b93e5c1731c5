// Where the Sparrow key lies. The app reads it through a reference in its settings; nobody else needs it.
param name string
param location string
param tags object
param purgeProtection bool

@secure()
param sparrowApiKey string

var secretName = 'sparrow-api-key'

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    // The service takes true or nothing; false is refused
    enablePurgeProtection: purgeProtection ? true : null
  }

  resource secret 'secrets' = if (!empty(sparrowApiKey)) {
    name: secretName
    properties: { value: sparrowApiKey, contentType: 'text/plain' }
  }
}

// Without a version, so that a new one is picked up
output sparrowApiKeyUri string = '${vault.properties.vaultUri}secrets/${secretName}'
