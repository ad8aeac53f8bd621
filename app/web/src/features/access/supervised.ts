import { useQuery } from '@tanstack/react-query';
import { channelsQuery } from '@/features/channels/channels';
import { isAdmin, useMe } from '@/features/session/session';

/** The channels whose reports the caller may see; undefined until that is known. */
export function useSupervised() {
  const admin = isAdmin(useMe());
  const { data } = useQuery(channelsQuery);
  return data?.items.filter((c) => admin || c.my_role === 'supervisor');
}

/** Whether there is any report for the caller: admins also see what belongs to no channel. */
export function useMayReport(): boolean | undefined {
  const admin = isAdmin(useMe());
  const channels = useSupervised();
  return admin || (channels && channels.length > 0);
}
