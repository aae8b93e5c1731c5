using '../../../infra/main.bicep'

param environmentName = 'production'
param location = 'westeurope'
param principalId = '11111111-1111-4111-8111-111111111111'
param alertEmail = 'operator@example.com'
param alwaysReadyInstances = 1
param vaultPurgeProtection = true
param appSettings = {
  Sparrow__Mode: 'concurrent'
}
