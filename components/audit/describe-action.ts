const WORDS: Readonly<Record<string, string>> = {
  'campaign.create': 'created the campaign',
  'campaign.edit': 'edited the campaign',
  'campaign.duplicate': 'duplicated the campaign',
  'campaign.submit': 'submitted the campaign',
  'campaign.approve': 'approved the campaign',
  'campaign.approved': 'completed the approvals',
  'campaign.deny': 'denied the campaign',
  'campaign.denied': 'sent the campaign back',
  'campaign.start': 'started the campaign',
  'campaign.pause': 'paused the campaign',
  'campaign.auto_pause': 'paused the campaign by itself',
  'campaign.resume': 'resumed the campaign',
  'campaign.abort': 'aborted the campaign',
  'campaign.open_wave': 'opened the next wave',
  'campaign.acknowledge_failures': 'acknowledged failures',
  'campaign.exclude_vehicles': 'excluded vehicles',
  'campaign.retry_cluster': 'made a retry campaign',
  'campaign.delete': 'deleted the draft',
  'offers.stop': 'stopped all offers',
  'offers.allow': 'allowed offers again',
  'operator.create': 'created an operator',
  'operator.set_role': 'changed a role',
  'operator.set_password': 'set a password',
  'operator.disable': 'disabled an operator',
  'operator.enable': 'enabled an operator',
  'quarantine.replay': 'replayed quarantined messages',
  'quarantine.dismiss': 'dismissed quarantined messages',
  'settings.change': 'changed settings',
  'vehicle.register': 'registered a vehicle',
  'vehicle.tag': 'tagged vehicles',
};

/** An audited action in words; unknown ones by their own name. */
export function describeAction(action: string): string {
  return WORDS[action] ?? action.replaceAll('.', ': ').replaceAll('_', ' ');
}
