"""The shape of the settings file: one struct a section, every field with its type, default, bounds and meaning."""

from typing import Annotated

from msgspec import Struct, field

from core.config.alert_rules import AlertsSection
from core.config.allowed import Symbols, Text
from core.config.policy_sections import (
    AccountSection,
    FeesSection,
    FiltersSection,
    FundingSection,
    GuardsSection,
    MaintenanceSection,
    MarginSection,
    PricesSection,
    ReviewSection,
    TiersSection,
)
from core.config.program_sections import ApiSection, DeskSection, RetentionSection, UiSection, VenueSection
from core.domain.policy import Policy


class SettingsFile(Struct, frozen=True):
    """The whole file."""

    symbols: Annotated[tuple[str, ...], Symbols(), "base assets to watch"] = Policy().symbols
    venue: VenueSection = VenueSection()
    filters: FiltersSection = FiltersSection()
    account: AccountSection = AccountSection()
    fees: FeesSection = FeesSection()
    tiers: TiersSection = TiersSection()
    maintenance: MaintenanceSection = MaintenanceSection()
    funding: FundingSection = FundingSection()
    margin: MarginSection = MarginSection()
    prices: PricesSection = PricesSection()
    review: ReviewSection = ReviewSection()
    guards: GuardsSection = GuardsSection()
    retention: RetentionSection = RetentionSection()
    api: ApiSection = ApiSection()
    desk: DeskSection = DeskSection()
    alerts: AlertsSection = AlertsSection()
    keys: Annotated[dict[str, str], Text(), "key by action, as the help screen names the actions"] = field(
        default_factory=dict
    )
    ui: UiSection = UiSection()
