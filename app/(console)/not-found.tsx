import { ButtonLink } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/notes.tsx';

export default function NotFound() {
  return (
    <EmptyState
      asHeading
      title="There is nothing at this address"
      action={<ButtonLink href="/">Go to the overview</ButtonLink>}
    >
      It may have been removed, or the address has a typing error. Press / to search.
    </EmptyState>
  );
}
