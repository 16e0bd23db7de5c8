package dev.posthorn.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Ids, tenants and events in messages read as a person would write them. */
class NamesTest {

  @Test
  void idsReadAsTheyAreWritten() {
    assertEquals("wh_1", WebhookId.of("wh_1").toString());
    assertEquals("dlv_1", DeliveryId.of("dlv_1").toString());
  }

  @Test
  void aTenantReadsAsItsNameAndTheOneWithoutANameIsSaidInWords() {
    assertEquals("acme", Tenant.of("acme").toString());
    assertEquals("the default tenant", Tenant.DEFAULT.toString());
  }

  @Test
  void anEventReadsAsItsIdAndSourceAndWhoseItIs() {
    assertEquals("evt_1 of /shop", new EventKey(Tenant.DEFAULT, "/shop", "evt_1").toString());
    assertEquals(
        "evt_1 of /shop, tenant acme",
        new EventKey(Tenant.of("acme"), "/shop", "evt_1").toString());
  }
}
