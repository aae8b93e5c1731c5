// Tells the app of dropped files: storage events of two containers, put on a queue of the same account.
// A queue and not a webhook: it needs no key of the app, takes events while the app is down, and is worked off as any other queue.
param name string
param location string
param tags object
param storageName string
param queueName string

var messageSender = 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a' // Storage Queue Data Message Sender
var containers = ['drop', 'batches']

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource queue 'queues' existing = {
      name: queueName
    }
  }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: storage.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }

  resource subscription 'eventSubscriptions' = {
    name: 'dropped-files'
    properties: {
      deliveryWithResourceIdentity: {
        identity: { type: 'SystemAssigned' }
        destination: {
          endpointType: 'StorageQueue'
          properties: {
            resourceId: storage.id
            queueName: queueName
            // Never expires: -1 is the one negative number allowed; the default is 7 days
            queueMessageTimeToLiveInSeconds: -1
          }
        }
      }
      eventDeliverySchema: 'EventGridSchema'
      filter: {
        includedEventTypes: ['Microsoft.Storage.BlobCreated']
        // One prefix would not do for two containers; it stays as the cheap first sieve
        subjectBeginsWith: '/blobServices/default/containers/'
        isSubjectCaseSensitive: true
        advancedFilters: [
          {
            key: 'subject'
            operatorType: 'StringBeginsWith'
            values: [for container in containers: '/blobServices/default/containers/${container}/blobs/']
          }
        ]
      }
      // The longest that Event Grid keeps on trying; the sweep of the drop folder finds what is lost even then
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    }
    // Delivery needs the role
    dependsOn: [sender]
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage::queueService::queue.id, topic.id, messageSender)
  scope: storage::queueService::queue
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', messageSender)
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
  }
}
