"""API gateways and load balancers, which answer for addresses and methods that they do not know."""

from __future__ import annotations

from ohif_setup.checks.finding import Fix
from ohif_setup.checks.speakers.speaker import Saying, Speaker

_APIM_POLICY = """in <inbound> of the API, not of a product, and without an operation of your own for OPTIONS:
<cors allow-credentials="false">
  <allowed-origins><origin>{origin}</origin></allowed-origins>
  <allowed-methods preflight-result-max-age="600"><method>GET</method><method>POST</method></allowed-methods>
  <allowed-headers><header>authorization</header><header>accept</header><header>content-type</header></allowed-headers>
</cors>"""

_AWS = Speaker(
    name="Amazon API Gateway",
    role="gateway",
    marks=("x-amz-apigw-id", "apigw-requestid"),
    preflights="REST API: Enable CORS on the resource (OPTIONS with authorization NONE, origin {origin}, headers "
    "authorization,accept; the responses DEFAULT_4XX and DEFAULT_5XX too), then deploy the stage.\n"
    "HTTP API: aws apigatewayv2 update-api --api-id ID --cors-configuration "
    "AllowOrigins={origin},AllowMethods=GET,POST,OPTIONS,AllowHeaders=authorization,accept,content-type",
    sayings=(
        *(
            Saying(
                title="{name} knows no such path or method",
                cause='Despite its text "Missing Authentication Token" it asks for no sign-in: the address lacks the stage, no '
                "resource has that path, the method (here {method}) is not defined or wants AWS_IAM, or the last change was not "
                "deployed.",
                fixes=(
                    Fix("Address", "does it have the stage? https://ID.execute-api.REGION.amazonaws.com/STAGE/..."),
                    Fix("Gateway", "which paths and methods are there: aws apigateway get-resources --rest-api-id ID"),
                    Fix(
                        "Gateway",
                        "after a change: aws apigateway create-deployment --rest-api-id ID --stage-name STAGE",
                    ),
                ),
                statuses=(403,),
                field=field,
                body=body,
            )
            for field, body in (
                (("x-amzn-errortype", "^MissingAuthenticationTokenException"), ""),
                (("", ""), r'^\s*\{\s*"message"\s*:\s*"Missing Authentication Token"'),
            )
        ),
        *(
            Saying(
                title="{name} asks the preflight for a token",
                cause="The authorizer stands before OPTIONS too, and a preflight carries no token, ever.",
                fixes=(
                    Fix(
                        "Gateway",
                        "set the authorization of OPTIONS to NONE, in a route or method of its own; then deploy",
                    ),
                ),
                statuses=(401,),
                methods=("OPTIONS",),
                field=field,
            )
            for field in (("x-amzn-errortype", "^UnauthorizedException"), ("apigw-requestid", "."))
        ),
        Saying(
            title="{name} wants a signature of AWS (IAM), not the viewer's token",
            cause="The method has the authorization AWS_IAM, or the path is unknown: then the token is read as such a signature.",
            fixes=(
                Fix(
                    "Gateway", "give the method a JWT or Cognito authorizer, or NONE; check stage and path; then deploy"
                ),
            ),
            statuses=(403,),
            field=("x-amzn-errortype", "^(?:IncompleteSignature|InvalidSignature|UnrecognizedClient)Exception"),
        ),
        Saying(
            title="{name} or its authorizer refuses the request",
            cause="A resource policy, or the answer of its authorizer, does not let the request in.",
            fixes=(Fix("Gateway", "look at the resource policy (addresses, VPC) and at the log of the authorizer"),),
            statuses=(403,),
            body=r"User(?:: anonymous)? is not authorized to (?:access this resource|perform: execute-api:Invoke)",
        ),
        Saying(
            title="{name} or its authorizer refuses the request",
            cause="Its authorizer, or the authorization AWS_IAM of the route, does not let the request in.",
            fixes=(Fix("Gateway", "look at the authorizer of the route, and at the access log of the stage"),),
            statuses=(403,),
            field=("apigw-requestid", "."),
            body=r'^\s*\{\s*"message"\s*:\s*"Forbidden"',
        ),
        Saying(
            title="{name} refuses the request before the server sees it",
            cause="The method wants an API key (x-api-key), which the viewer cannot send; or AWS WAF blocks it; or the custom "
            "domain has no mapping to a stage.",
            fixes=(
                Fix(
                    "Gateway",
                    "API key required: false for these methods; API mappings of the custom domain; AWS WAF",
                ),
            ),
            statuses=(403,),
            field=("x-amzn-errortype", "^ForbiddenException"),
        ),
        Saying(
            title="{name} has no route for that path and method",
            cause="No route of the HTTP API fits, so the request did not reach the server.",
            fixes=(
                Fix(
                    "Gateway",
                    "aws apigatewayv2 create-route --api-id ID --route-key 'ANY /{proxy+}' --target integrations/ID",
                ),
                Fix("Address", "or does the address lack the stage or the path of the mapping?"),
            ),
            statuses=(404,),
            field=("apigw-requestid", "."),
            body=r'^\s*\{\s*"message"\s*:\s*"Not Found"',
        ),
        Saying(
            title="{name} takes no request of that size",
            cause="Its limit is 10 MB for a request, and cannot be raised: larger images cannot be stored through it.",
            fixes=(Fix("Answers", "turn uploads off (server.uploads = false), or store images past the gateway"),),
            statuses=(413,),
            field=("x-amzn-errortype", "^RequestTooLarge|^RequestEntityTooLarge"),
        ),
        Saying(
            title="{name} gets no answer from the server behind it in time",
            cause="The integration does not answer in the time that the gateway waits (29 s as a rule).",
            fixes=(Fix("Server", "is it running, and can the gateway's network (VPC link) reach it?"),),
            statuses=(503, 504),
            body=r'^\s*\{\s*"message"\s*:\s*"(?:Endpoint request timed out|Service Unavailable)"',
        ),
    ),
)

_APIM = Speaker(
    name="Azure API Management",
    role="gateway",
    marks=("Ocp-Apim-Trace-Location", "Ocp-Apim-ApiId"),
    preflights=_APIM_POLICY,
    sayings=(
        Saying(
            title="{name} wants a subscription key",
            cause="The viewer sends no subscription key, and has no setting for one; the token alone should open the API.",
            fixes=(
                Fix(
                    "Gateway",
                    "API > Settings > Subscription required: off; check the token instead (validate-jwt in <inbound>)",
                ),
            ),
            statuses=(401,),
            body=r"Access denied due to (?:missing|invalid) subscription key",
        ),
        Saying(
            title="{name} wants a subscription key",
            cause="The viewer sends no subscription key, and has no setting for one; the token alone should open the API.",
            fixes=(
                Fix(
                    "Gateway",
                    "API > Settings > Subscription required: off; check the token instead (validate-jwt in <inbound>)",
                ),
            ),
            statuses=(401,),
            field=("WWW-Authenticate", "^AzureApiManagementKey"),
        ),
        Saying(
            title="{name} has no operation for the preflight",
            cause="The API has no cors policy, so the gateway looks for an operation OPTIONS, and finds none. A preflight carries "
            "no subscription key, so the policy of a product would not be asked.",
            statuses=(404, 405),
            methods=("OPTIONS",),
            body=r'"statusCode"\s*:\s*40[45]\s*,\s*"message"\s*:\s*"(?:Resource not found|Method not allowed)',
        ),
        Saying(
            title="{name} asks the preflight for a token",
            cause="A policy checks the token (validate-jwt) before the cors policy answers, and a preflight carries no token.",
            statuses=(401,),
            methods=("OPTIONS",),
            body=r'^\s*\{\s*"statusCode"\s*:\s*401\s*,\s*"message"',
        ),
        Saying(
            title="{name} does not reach the service behind it",
            cause="The backend of the API does not answer the gateway, or a policy failed.",
            fixes=(
                Fix(
                    "Gateway",
                    "API > Settings: is the web service URL right? The activityId of the answer finds its log",
                ),
            ),
            statuses=(500,),
            body=r'"statusCode"\s*:\s*500\b.{0,400}"activityId"',
        ),
        Saying(
            title="{name} has no operation for that path",
            cause="No API has that URL suffix, or the API has no operation whose template fits the rest of the path.",
            fixes=(
                Fix(
                    "Address",
                    "does the address have the API's URL suffix, and after it what the service behind expects?",
                ),
                Fix("Gateway", "API > Design > Add operation: GET /*, and POST /* for uploads"),
            ),
            statuses=(404,),
            body=r'"statusCode"\s*:\s*404\s*,\s*"message"\s*:\s*"Resource not found',
        ),
        Saying(
            title="{name} refuses the caller",
            cause="A policy such as ip-filter or validate-jwt answers in place of the service.",
            fixes=(Fix("Gateway", "API > All operations > Inbound processing: which policy answers 403?"),),
            statuses=(403,),
            body=r'^\s*\{\s*"statusCode"\s*:\s*403\s*,\s*"message"',
        ),
    ),
)

_GOOGLE = Speaker(
    name="Google's API gateway",
    role="gateway",
    preflights="in the OpenAPI document: x-google-endpoints: [{name: HOST, allowCors: true}], so that OPTIONS reaches the "
    "server, which answers it for {origin}",
    sayings=(
        Saying(
            title="{name} knows no such path or method",
            cause="The path is not in the OpenAPI document of the gateway, or the method is not (here {method}).",
            fixes=(
                Fix(
                    "Gateway",
                    "add the paths, such as /dicom-web/{rest=**}, with get, post and options; then deploy it",
                ),
            ),
            statuses=(404, 405),
            body=r"The current request is (?:not defined by this API|matched to the defined url template)",
        ),
        Saying(
            title="{name} asks the preflight for a token",
            cause="The security of the path holds for OPTIONS too, and a preflight carries no token, ever.",
            fixes=(
                Fix("Gateway", "options: with security: [] in the OpenAPI document; then deploy the configuration"),
            ),
            statuses=(401, 403),
            methods=("OPTIONS",),
            body=r"Jwt is missing|doesn.t allow unregistered callers",
        ),
        Saying(
            title="{name} wants an API key",
            cause="The method allows no caller without an API key or a known project, and the viewer sends no key.",
            fixes=(Fix("Gateway", "remove api_key from the security of these paths, or use the token in its place"),),
            statuses=(401, 403),
            body=r"doesn.t allow unregistered callers",
        ),
    ),
)

_KONG = Speaker(
    name="Kong",
    role="gateway",
    marks=("X-Kong-Proxy-Latency", "X-Kong-Upstream-Latency"),
    preflights="the plugin cors on the service: origins {origin}, headers authorization,accept,content-type",
    sayings=(
        Saying(
            title="{name} has no route for that path and method",
            cause="No route of the gateway fits, so the request did not reach the server.",
            fixes=(
                Fix("Gateway", "a route with that path, with strip_path false, and the methods GET, POST and OPTIONS"),
            ),
            statuses=(404,),
            body="no Route matched with those values",
        ),
        Saying(
            title="{name} wants an API key",
            cause="The plugin key-auth stands before the service, and the viewer sends no key.",
            fixes=(
                Fix(
                    "Gateway",
                    "take key-auth off this service, and check the token instead (plugin jwt or openid-connect)",
                ),
            ),
            statuses=(401,),
            body="No API key found in request",
        ),
    ),
)

_ENVOY = Speaker(
    name="Envoy (Istio)",
    role="gateway",
    marks=("x-envoy-upstream-service-time",),
    preflights="corsPolicy in the VirtualService: allowOrigins exact {origin}, allowHeaders authorization, accept, content-type",
    sayings=(
        Saying(
            title="{name} does not let the request in",
            cause="An AuthorizationPolicy of the mesh refuses it.",
            fixes=(Fix("Gateway", "kubectl get authorizationpolicy -A: which one covers that host and path?"),),
            statuses=(403,),
            body="^RBAC: access denied",
        ),
        Saying(
            title="{name} does not reach the server behind it",
            cause="The service has no pod that is ready, or nothing listens at its port.",
            fixes=(Fix("Server", "kubectl get endpoints: has the service addresses, and is the port right?"),),
            statuses=(503,),
            body="^no healthy upstream|^upstream connect error",
        ),
    ),
)

_ALB = Speaker(
    name="the load balancer of AWS",
    role="gateway",
    sayings=(
        Saying(
            title="{name} refuses the request",
            cause="Its 403 is that of AWS WAF or of a rule with a fixed response: the request did not reach the server.",
            fixes=(
                Fix(
                    "AWS",
                    "WAF & Shield > Web ACLs > Sampled requests: which rule blocks it? Then the rules of the listener",
                ),
            ),
            statuses=(403,),
            field=("Server", "^awselb"),
        ),
        Saying(
            title="{name} does not reach the server behind it",
            cause="No healthy target answers: the target group is empty, its health check fails, or a security group is closed.",
            fixes=(
                Fix("AWS", "EC2 > Target groups > Targets: the reason for unhealthy; security group of the targets"),
            ),
            statuses=(502, 503, 504),
            field=("Server", "^awselb"),
        ),
    ),
)

_APPGW = Speaker(
    name="Azure Application Gateway",
    role="gateway",
    sayings=(
        Saying(
            title="{name} refuses the request",
            cause="Its 403 is that of its web application firewall: the request did not reach the server.",
            fixes=(
                Fix(
                    "Portal",
                    "Application gateway > Logs: the firewall log names the rule; exclude it for that path",
                ),
            ),
            statuses=(403,),
            body="Microsoft-Azure-Application-Gateway",
        ),
        Saying(
            title="{name} does not reach the server behind it",
            cause="No healthy server of its backend pool answers.",
            fixes=(
                Fix("Portal", "Application gateway > Backend health: the reason; the host name of the backend setting"),
            ),
            statuses=(502, 503, 504),
            body="Microsoft-Azure-Application-Gateway",
        ),
    ),
)

_GFE = Speaker(
    name="Google's load balancer",
    role="gateway",
    sayings=(
        Saying(
            title="{name} has no service for that host and path, or does not let the request in",
            cause="The load balancer or Cloud Run answers with Google's own page: the request did not reach the server.",
            fixes=(
                Fix(
                    "Google",
                    "host and path rules of the URL map; for Cloud Run: may everybody invoke it, or who checks the token?",
                ),
            ),
            statuses=(403, 404),
            body=r"<title>(?:Error )?40[34].{0,30}!!1|Your client does not have permission to get URL",
        ),
        Saying(
            title="{name} does not reach the server behind it",
            cause="No healthy backend answers it.",
            fixes=(
                Fix(
                    "Google",
                    "Load balancing > backend service: the health check, and the firewall rule that lets it in",
                ),
            ),
            statuses=(502, 503),
            body=r"<title>50[23] Server Error</title>.{0,600}temporary error",
        ),
    ),
)

SPEAKERS = (_AWS, _APIM, _GOOGLE, _KONG, _GFE, _ENVOY, _ALB, _APPGW)
