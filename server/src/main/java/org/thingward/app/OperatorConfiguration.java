package org.thingward.app;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.thingward.console.BootstrapCredential;
import org.thingward.console.CeremonyApi;
import org.thingward.console.ConsoleFiles;
import org.thingward.console.OperatorApi;
import org.thingward.console.OperatorSecurity;
import org.thingward.console.ProblemValve;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.Database;
import org.thingward.platform.OperatorAuthentication;
import org.thingward.platform.Randomness;
import org.thingward.platform.ServerCredential;

/** The beans of the operator plane. What they are made of comes from {@link Server}. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
    exclude = {
      DataSourceAutoConfiguration.class,
      FlywayAutoConfiguration.class,
      UserDetailsServiceAutoConfiguration.class,
      ErrorMvcAutoConfiguration.class
    })
class OperatorConfiguration {
  private static final String BUNDLE = "operator";

  @Bean
  SecurityFilterChain security(
      HttpSecurity http,
      BootstrapCredential credential,
      OperatorAuthentication operators,
      ConsoleName console,
      OperatorApi api) {
    return OperatorSecurity.chain(http, credential, operators, console, api);
  }

  @Bean
  SimpleUrlHandlerMapping handlers(OperatorApi api, CeremonyApi ceremonies) {
    Map<String, HttpRequestHandler> handlers = new LinkedHashMap<>(ConsoleFiles.mounted());
    handlers.put(OperatorApi.BASE + "/**", api);
    handlers.put(CeremonyApi.BASE + "/**", ceremonies);
    return new SimpleUrlHandlerMapping(handlers, Ordered.HIGHEST_PRECEDENCE);
  }

  /**
   * TLS 1.3; a client may prove a key, and need not: a browser has none. HTTP/2, because each open
   * page follows streams of events, and of HTTP/1.1 a browser has six connections for all pages.
   */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> listener(
      BootstrapCredential credential, Randomness randomness) {
    return factory -> {
      String password = HexFormat.of().formatHex(randomness.bytes(16));
      KeyStore own = own(credential.server(), password);
      DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
      bundles.registerBundle(BUNDLE, bundle(own, password));
      Ssl ssl = Ssl.forBundle(BUNDLE);
      ssl.setClientAuth(Ssl.ClientAuth.WANT);
      factory.setSslBundles(bundles);
      factory.setSsl(ssl);
      factory.setHttp2(http2());
      ProvenKeyTls tls =
          new ProvenKeyTls(own, password, credential.operator(), randomness.secureRandom());
      factory.addConnectorCustomizers(connector ->
          Stream.of(connector.findSslHostConfigs())
              .flatMap(host -> host.getCertificates().stream())
              .forEach(certificate -> certificate.setSslContext(tls)));
      factory.addContextCustomizers(context ->
          ((StandardHost) context.getParent())
              .setErrorReportValveClass(ProblemValve.class.getName()));
    };
  }

  private static Http2 http2() {
    Http2 http2 = new Http2();
    http2.setEnabled(true);
    return http2;
  }

  @Bean
  HealthIndicator database(Database database) {
    return () -> database.answers() ? Health.up().build() : Health.down().build();
  }

  private static SslBundle bundle(KeyStore own, String password) {
    return SslBundle.of(
        SslStoreBundle.of(own, password, null),
        SslBundleKey.of(password, "server"),
        SslOptions.of(null, new String[] {"TLSv1.3"}));
  }

  private static KeyStore own(ServerCredential server, String password) {
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry(
          "server",
          server.key(),
          password.toCharArray(),
          server.chain().toArray(X509Certificate[]::new));
      return own;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the operator listener's credential does not load", e);
    }
  }
}
