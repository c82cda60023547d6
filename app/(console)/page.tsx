import { Page, PageHeader } from '#components/ui/panel.tsx';

export default function OverviewPage() {
  return (
    <Page>
      <PageHeader title="Overview" />
    </Page>
  );
}
