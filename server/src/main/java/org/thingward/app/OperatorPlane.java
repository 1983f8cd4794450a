package org.thingward.app;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.thingward.console.BootstrapCredential;
import org.thingward.console.CeremonyApi;
import org.thingward.console.OperatorApi;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.Database;
import org.thingward.platform.OperatorAuthentication;
import org.thingward.platform.Randomness;

/** The operator listener: Spring Boot, on the loopback address if nothing else is said. */
final class OperatorPlane implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  /** What it serves. */
  record Parts(
      OperatorApi api,
      CeremonyApi ceremonies,
      OperatorAuthentication operators,
      ConsoleName console,
      BootstrapCredential credential,
      Database database,
      PrometheusMeterRegistry metrics,
      Randomness randomness) {}

  /** Opens the listener at an address; port 0 picks a free one. */
  OperatorPlane(String address, int port, Parts parts) {
    SpringApplication application =
        new SpringApplicationBuilder(OperatorConfiguration.class)
            .properties(
                Map.ofEntries(
                    Map.entry("server.port", port),
                    Map.entry("server.address", address),
                    Map.entry("server.error.include-message", "never"),
                    Map.entry("server.tomcat.connection-timeout", "10s"),
                    Map.entry("server.tomcat.max-connections", "512"),
                    Map.entry("server.max-http-request-header-size", "16KB"),
                    // A stream of events has no end of its own to wait for.
                    Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "2s"),
                    Map.entry("spring.main.banner-mode", "off"),
                    Map.entry("spring.main.log-startup-info", "false"),
                    Map.entry("spring.main.register-shutdown-hook", "false"),
                    Map.entry("spring.mvc.formcontent.filter.enabled", "false"),
                    Map.entry("spring.servlet.multipart.enabled", "false"),
                    Map.entry("spring.threads.virtual.enabled", "true"),
                    Map.entry("spring.web.resources.add-mappings", "false"),
                    Map.entry("management.endpoints.web.exposure.include", "health,prometheus"),
                    Map.entry("management.endpoint.health.probes.enabled", "true"),
                    Map.entry("management.endpoint.health.show-components", "always")))
            .initializers(context -> register((GenericApplicationContext) context, parts))
            .build();
    this.context = application.run();
  }

  int port() {
    return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer()).getPort();
  }

  @Override
  public void close() {
    context.close();
  }

  private static void register(GenericApplicationContext context, Parts parts) {
    context.registerBean(OperatorApi.class, parts::api);
    context.registerBean(CeremonyApi.class, parts::ceremonies);
    context.registerBean(OperatorAuthentication.class, parts::operators);
    context.registerBean(ConsoleName.class, parts::console);
    context.registerBean(BootstrapCredential.class, parts::credential);
    context.registerBean(Randomness.class, parts::randomness);
    // The registry below the meters: Boot adds its own meters to it and leaves ours alone.
    context.registerBean(PrometheusRegistry.class, () -> parts.metrics().getPrometheusRegistry());
    // Closed by whoever opened it, not by this context.
    context.registerBean(
        Database.class, parts::database, definition -> definition.setDestroyMethodName(""));
  }
}
