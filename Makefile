.PHONY: demo dashboard test check fix

demo:        ## Rank advisors in the fictional world
	uv run finder demo

dashboard:   ## Open the dashboard on the fictional world
	uv run finder dashboard --demo

test:        ## Run the tests
	uv run pytest

check:       ## Lint, format check, types, import layers
	uv run --frozen ruff check
	uv run --frozen ruff format --check
	uv run --frozen pyrefly check
	uv run --frozen lint-imports

fix:         ## Format, and mend what can be mended
	uv run --frozen ruff check --fix
	uv run --frozen ruff format
